import numpy as np


class SeaCages:
    def __init__(self, cages=4, seed=0):
        self.n = cages
        self.rng = np.random.default_rng(seed)
        self.day = 60
        self.mass = self.rng.normal(0.9, 0.05, cages)
        self.appetite = np.full(cages, 0.7)
        self.sea = 7.0

    def sensors(self):
        echo = self.appetite + self.rng.normal(0, 0.1, self.n)
        oxygen = 10.5 - 0.15 * self.sea + self.rng.normal(0, 0.2, self.n)
        return np.stack([np.full(self.n, self.sea / 10), echo, oxygen / 10, self.mass / 5], 1).astype(np.float32)

    def feed(self, ration):
        self.day += 1
        self.sea = 8.5 + 5 * np.sin(2 * np.pi * (self.day - 120) / 365) + self.rng.normal(0, 0.3)
        self.appetite += 0.1 * (0.6 + 0.03 * self.sea - self.appetite) + self.rng.normal(0, 0.04, self.n)
        eaten = np.minimum(ration, np.clip(self.appetite, 0, 1.2))
        self.mass *= 1 + 0.008 * eaten * self.sea / 10
        return self.sensors(), float((ration - eaten).sum())
