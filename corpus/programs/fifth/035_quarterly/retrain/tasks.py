from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Inventory(gym.Env):
    """Reorder a perishable good; demand has a season and a hidden trend."""

    def __init__(self, trend: float = 0.0, lead: int = 3):
        self.trend, self.lead = trend, lead
        self.observation_space = spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = spaces.Discrete(8)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.stock, self.day = 10.0, 0
        self.pipe = [0.0] * self.lead
        self.level = self.np_random.uniform(2, 6)
        self.sold = 0.0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.stock / 10, self.sold / 5, np.sin(2 * np.pi * self.day / 7)], dtype=np.float32)

    def step(self, action):
        self.pipe.append(float(action) * 2)
        self.stock = self.stock * 0.95 + self.pipe.pop(0)
        self.level = max(0.5, self.level + self.trend + self.np_random.normal(0, 0.1))
        want = float(self.np_random.poisson(self.level))
        self.sold = min(want, self.stock)
        self.stock -= self.sold
        self.day += 1
        reward = self.sold - 0.1 * self.stock - 0.5 * (want - self.sold)
        return self._obs(), reward, False, self.day >= 180, {}
