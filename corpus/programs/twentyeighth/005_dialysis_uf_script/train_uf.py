#!/usr/bin/env python3
"""Ultrafiltration-rate control for a haemodialysis machine with RecurrentPPO."""
import argparse

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


class DialysisEnv(gym.Env):
    """Four hours of treatment, one action every two minutes.

    Only the noisy cuff pressure, the venous pressure and the elapsed time are
    visible; plasma volume and refill rate of the patient are not.
    """

    MAX_STEPS = 120

    def __init__(self, target_litres=2.5):
        super().__init__()
        self.target = target_litres
        self.observation_space = spaces.Box(-5.0, 5.0, shape=(4,), dtype=np.float32)
        self.action_space = spaces.Discrete(5)

    def _obs(self):
        cuff = self.pressure + self.np_random.normal(0, 4.0)
        venous = 150 + 20 * self.rate + self.np_random.normal(0, 3.0)
        return np.array([(cuff - 120) / 20, (venous - 150) / 30,
                         self.removed / self.target, self.t / self.MAX_STEPS], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.removed = 0.0
        self.rate = 0.0
        self.plasma = 3.0 + self.np_random.normal(0, 0.2)
        self.refill = self.np_random.uniform(0.3, 0.9)
        self.pressure = 125.0
        return self._obs(), {}

    def step(self, action):
        self.rate = 0.35 * float(action)
        dv = self.rate / 30.0
        self.removed += dv
        overload = max(self.target - self.removed, 0.0)
        self.plasma += self.refill * overload / 60.0 - dv
        self.pressure = 125.0 + 30.0 * (self.plasma - 3.0)
        self.t += 1
        crash = self.pressure < 85
        reward = dv - 0.02 * max(100 - self.pressure, 0) / 10
        if crash:
            reward -= 5.0
        truncated = self.t >= self.MAX_STEPS
        return self._obs(), reward, crash, truncated, {"removed": self.removed, "crash": crash}


def assess(model, episodes, target):
    env = DialysisEnv(target)
    removed, crashes = [], 0
    for ep in range(episodes):
        obs, _ = env.reset(seed=1000 + ep)
        over = False
        while not over:
            action, _ = model.predict(obs, deterministic=True)
            obs, _, terminated, truncated, info = env.step(int(action))
            over = terminated or truncated
        removed.append(info["removed"])
        crashes += int(info["crash"])
    return np.mean(removed), crashes / episodes


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=400_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--target", type=float, default=2.5)
    p.add_argument("--lstm", type=int, default=64)
    p.add_argument("--eval-episodes", type=int, default=50)
    p.add_argument("--out", default="uf_controller")
    args = p.parse_args()

    venv = make_vec_env(DialysisEnv, n_envs=args.envs, env_kwargs={"target_litres": args.target})
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=120, batch_size=240, gamma=0.995,
                         policy_kwargs={"lstm_hidden_size": args.lstm}, verbose=1)
    model.learn(total_timesteps=args.steps)
    model.save(args.out)

    litres, crash_rate = assess(model, args.eval_episodes, args.target)
    print(f"removed {litres:.2f} l of {args.target:.2f} l, hypotension in {crash_rate:.1%} of treatments")


if __name__ == "__main__":
    main()
