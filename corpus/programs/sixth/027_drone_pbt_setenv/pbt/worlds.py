from typing import Optional

import gymnasium as gym
import numpy as np
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor


class WindyHover(gym.Env):
    """A planar drone holds a point; the wind has to be inferred."""

    def __init__(self, gust: float):
        self.gust = gust
        self.observation_space = gym.spaces.Box(-10.0, 10.0, (4,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed: Optional[int] = None, options=None):
        super().reset(seed=seed)
        self.x = self.np_random.normal(0, 1, 2)
        self.v = np.zeros(2)
        self.wind = self.np_random.normal(0, self.gust, 2)
        self.n = 0
        return self._o(), {}

    def _o(self):
        return np.concatenate([self.x, self.v]).clip(-10, 10).astype(np.float32)

    def step(self, u):
        self.wind = 0.995 * self.wind + self.np_random.normal(0, 0.05 * self.gust, 2)
        self.v = 0.98 * self.v + 0.05 * (np.asarray(u) + self.wind)
        self.x = self.x + 0.05 * self.v
        self.n += 1
        gone = bool(np.abs(self.x).max() > 8)
        return self._o(), -float(np.square(self.x).sum()) - 10.0 * gone, gone, self.n >= 600, {}


def build_world(gust: float, n: int, seed: int):
    venv = DummyVecEnv([lambda: WindyHover(gust) for _ in range(n)])
    venv.seed(seed)
    return VecMonitor(venv)
