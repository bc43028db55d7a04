import gymnasium as gym
import numpy as np


class FarmPlot(gym.Env):
    """A plot of maize. One step is one day, one season is 120 days."""

    def __init__(self, config=None):
        config = config or {}
        self.days = config.get("days", 120)
        self.action_space = gym.spaces.Discrete(4)
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (4,), np.float32)
        self.rng = np.random.default_rng(config.get("seed"))

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.day = 0
        self.soil = 0.6
        self.rain = 0.0
        return self._obs(), {}

    def _obs(self):
        sensed = self.soil + self.rng.normal(0, 0.05)
        return np.array([sensed, self.rain, self.heat(), self.day / self.days], np.float32)

    def heat(self):
        return 0.5 + 0.5 * np.sin(np.pi * self.day / self.days)

    def step(self, action):
        water = 0.06 * int(action)
        self.rain = float(self.rng.exponential(0.1)) if self.rng.random() < 0.15 else 0.0
        self.soil = float(np.clip(self.soil + water + self.rain - 0.05 - 0.08 * self.heat(), 0, 1.2))
        growth = np.exp(-8 * (self.soil - 0.55) ** 2)
        self.day += 1
        return self._obs(), float(growth - 1.5 * water), False, self.day >= self.days, {}
