import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete


class Field(gymnasium.Env):
    """A season of maize. The tensiometer is read, the rain forecast is not."""

    def __init__(self, soil="loam"):
        self.soil = soil
        self.leak = {"sand": 0.12, "loam": 0.05, "clay": 0.02}[soil]
        self.observation_space = Box(-5, 5, (3,), np.float32)
        self.action_space = Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day, self.water, self.growth = 0, 0.6, 0.0
        self.used = 0
        self.wet = False
        return self._obs(), {}

    def _obs(self):
        return np.array([self.water + self.np_random.normal(0, 0.05), self.day / 120, float(self.wet)], np.float32)

    def step(self, action):
        self.wet = self.np_random.random() < (0.6 if self.wet else 0.15)
        rain = self.np_random.exponential(0.15) if self.wet else 0.0
        self.used += int(action) * 10
        self.water += 0.08 * int(action) + rain - 0.07 - self.leak * self.water
        self.water = float(np.clip(self.water, 0.0, 1.2))
        gain = max(0.0, 1 - 4 * (self.water - 0.6) ** 2) / 120
        self.growth += gain
        self.day += 1
        info = {"yield": self.growth, "mm": self.used}
        return self._obs(), 100 * gain - 0.12 * int(action), False, self.day >= 120, info
