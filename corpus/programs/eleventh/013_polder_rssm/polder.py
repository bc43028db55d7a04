import numpy as np


class Polder:
    """Pump water out of a polder; rain upstream arrives late and is not observed."""

    actions = 3

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.level, self.ditch, self.rain, self.hour = 0.0, 0.0, 0.1, 0
        return self.obs()

    def obs(self):
        return np.array([self.level, np.sin(self.hour / 24 * 6.28)], np.float32)

    def step(self, a):
        self.hour += 1
        self.rain = max(0.0, 0.97 * self.rain + self.rng.exponential(0.01) * (self.rng.random() < 0.3))
        self.ditch += 0.5 * (self.rain - self.ditch)
        self.level += self.ditch - 0.08 * a
        reward = -abs(self.level) - 0.05 * a * (1.5 if 8 < self.hour % 24 < 20 else 1.0)
        return self.obs(), float(reward), self.hour >= 24 * 30
