import numpy as np


class House:
    """Indoor temperature with unknown insulation, 10 minute steps without an end."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.leak = self.rng.uniform(0.02, 0.06)
        self.power = self.rng.uniform(0.4, 0.8)
        self.inside = 18.0
        self.k = 0

    def outside(self):
        return 4 + 5 * np.sin(2 * np.pi * self.k / 144) + self.rng.normal(0, 0.3)

    def sense(self):
        return np.array([(self.inside - 20) / 5 + self.rng.normal(0, 0.05),
                         self.outside() / 10], dtype=np.float32)

    def heat(self, level):
        self.inside += self.power * level / 2 - self.leak * (self.inside - self.outside())
        self.k += 1
        return float(-abs(self.inside - 21) / 5 - 0.05 * level)
