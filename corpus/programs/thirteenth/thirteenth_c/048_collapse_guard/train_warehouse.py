import argparse

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

from guard import CollapseGuard


class Warehouse(gym.Env):
    """Order point decision with a hidden season and a delivery time of `lead` days."""

    def __init__(self, lead=4, days=365):
        self.lead, self.days = lead, days
        self.action_space = spaces.Discrete(6)              # order 0, 10 ... 50
        self.observation_space = spaces.Box(-1, 5, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.phase = self.np_random.uniform(0, 2 * np.pi)
        self.stock, self.day = 60.0, 0
        self.pipeline = [0.0] * self.lead
        self.sold = 0.0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.stock / 100, self.sold / 20], dtype=np.float32)

    def step(self, action):
        self.pipeline.append(10.0 * action)
        self.stock += self.pipeline.pop(0)
        mean = 15 + 10 * np.sin(2 * np.pi * self.day / 90 + self.phase)
        demand = self.np_random.poisson(max(mean, 0))
        self.sold = min(self.stock, demand)
        lost = demand - self.sold
        self.stock -= self.sold
        self.day += 1
        reward = (self.sold - 2.0 * lost - 0.05 * self.stock) / 20
        return self._obs(), float(reward), False, self.day >= self.days, {}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--timesteps", type=int, default=4_000_000)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--lead", type=int, default=4)
    ap.add_argument("--out", default="warehouse")
    args = ap.parse_args()

    venv = make_vec_env(Warehouse, n_envs=4, env_kwargs={"lead": args.lead})
    guard = CollapseGuard(Monitor(Warehouse(lead=args.lead)), eval_freq=5000, verbose=1)
    model = RecurrentPPO("MlpLstmPolicy", venv, learning_rate=args.lr, n_steps=256, batch_size=256, verbose=1)
    model.learn(args.timesteps, callback=guard)
    model.save(args.out)


if __name__ == "__main__":
    main()
