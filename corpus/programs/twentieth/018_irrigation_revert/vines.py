import gymnasium as gym
import numpy as np


class VineSeason(gym.Env):
    """One growing season (180 days) of a hillside with a single tank."""

    def __init__(self, dry=False):
        self.dry = dry
        self.observation_space = gym.spaces.Box(-1, 2, (5,), np.float32)
        self.action_space = gym.spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day = 0
        self.soil = self.np_random.uniform(0.4, 0.7)
        self.tank = 1.0
        self.sugar = 0.0
        self.rained = 0.0
        return self._obs(), {}

    def _obs(self):
        probe = self.soil + self.np_random.normal(0, 0.05)
        return np.array([probe, self.tank, self.rained, self.day / 180, self.sugar], dtype=np.float32)

    def step(self, action):
        water = min(self.tank, 0.01 * int(action))
        self.tank -= water
        wet = self.np_random.random() < (0.08 if self.dry else 0.18)
        self.rained = self.np_random.exponential(0.06) if wet else 0.0
        heat = 0.012 + 0.012 * np.sin(np.pi * self.day / 180)
        self.soil = float(np.clip(self.soil + 2 * water + self.rained - heat, 0, 1))
        self.tank = min(1.0, self.tank + 0.3 * self.rained)
        ideal = 0.6 if self.day < 90 else 0.35
        growth = 1.0 - 6 * (self.soil - ideal) ** 2
        self.sugar += growth / 180
        self.day += 1
        return self._obs(), growth / 10, False, self.day >= 180, {}
