import gymnasium as gym
import numpy as np
from gymnasium import spaces


class GreenhouseEnv(gym.Env):
    """Tomatoes: heating, vents and CO2 by the quarter hour; only noisy air sensors are seen."""

    def __init__(self, days=5):
        self.days = days
        self.observation_space = spaces.Box(-5.0, 5.0, (5,), np.float32)
        self.action_space = spaces.Box(0.0, 1.0, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.air, self.soil, self.co2, self.leaf = 18.0, 17.0, 400.0, 1.0
        self.cloud = self.np_random.uniform(0.2, 1.0)
        return self._sense(), {}

    def _sun(self):
        return max(0.0, np.sin(2 * np.pi * (self.k % 96) / 96 - np.pi / 2)) * self.cloud

    def _sense(self):
        n = self.np_random.normal(0, 0.05, 5)
        o = np.array([(self.air - 20) / 10, (self.co2 - 600) / 400, self._sun(),
                      np.sin(2 * np.pi * self.k / 96), np.cos(2 * np.pi * self.k / 96)])
        return (o + n).astype(np.float32)

    def step(self, action):
        heat, vent, dose = np.clip(action, 0, 1)
        sun = self._sun()
        self.soil += 0.02 * (self.air - self.soil)
        self.air += 1.2 * heat + 2.0 * sun - (0.05 + 0.25 * vent) * (self.air - 8) + 0.1 * (self.soil - self.air)
        growth = sun * np.exp(-((self.air - 24) / 7) ** 2) * self.co2 / (self.co2 + 400)
        self.co2 += 60 * dose - 0.3 * vent * (self.co2 - 400) - 40 * growth
        self.leaf += 0.01 * growth
        if self.np_random.random() < 0.05:
            self.cloud = self.np_random.uniform(0.2, 1.0)
        self.k += 1
        reward = growth - 0.15 * heat - 0.05 * dose
        if self.air < 5 or self.air > 42:
            return self._sense(), -20.0, True, False, {}
        return self._sense(), float(reward), False, self.k >= 96 * self.days, {}
