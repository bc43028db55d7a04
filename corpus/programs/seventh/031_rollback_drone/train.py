import argparse

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from rollback import RollbackOnCollapse


class HoverEnv(gym.Env):
    """Vertical hover with a laggy barometer and unknown wind."""

    def __init__(self, horizon=400, lag=8):
        super().__init__()
        self.horizon = horizon
        self.lag = lag
        self.observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.z, self.v = float(self.np_random.uniform(-1, 1)), 0.0
        self.wind = float(self.np_random.normal(0, 0.3))
        self.readings = [self.z] * self.lag
        self.thrust = 0.0
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.thrust = float(np.clip(action[0], -1, 1))
        self.wind += float(self.np_random.normal(0, 0.02))
        self.v += 0.05 * (self.thrust + self.wind - 0.2 * self.v)
        self.z += 0.05 * self.v
        self.readings.append(self.z + float(self.np_random.normal(0, 0.02)))
        self.t += 1
        crashed = abs(self.z) > 3.0
        reward = 1.0 - min(1.0, abs(self.z)) - 0.05 * self.thrust**2
        return self._obs(), reward - 10.0 * crashed, crashed, self.t >= self.horizon, {}

    def _obs(self):
        return np.array([self.readings[-self.lag], self.thrust], dtype=np.float32)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--total", type=int, default=2_000_000)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--n-envs", type=int, default=8)
    args = parser.parse_args()

    env = make_vec_env(HoverEnv, n_envs=args.n_envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        learning_rate=args.lr,
        n_steps=512,
        batch_size=512,
        policy_kwargs=dict(lstm_hidden_size=64),
        tensorboard_log="tb_hover",
    )
    callbacks = CallbackList([
        RollbackOnCollapse(check_freq=1500),
        CheckpointCallback(save_freq=50_000, save_path="checkpoints", name_prefix="hover"),
    ])
    model.learn(args.total, callback=callbacks)
    model.save("hover_final")


if __name__ == "__main__":
    main()
