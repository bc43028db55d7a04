import numpy as np


class Ward:
    """Beds with vasopressor pumps. Patients come and go at any hour."""

    def __init__(self, beds=10, seed=0):
        self.beds = beds
        self.rng = np.random.default_rng(seed)
        self.map_ = np.zeros(beds)
        self.resist = np.zeros(beds)
        self.fill(np.ones(beds, dtype=bool))

    def fill(self, which):
        n = int(which.sum())
        self.map_[which] = self.rng.normal(58, 6, n)
        self.resist[which] = self.rng.uniform(0.3, 1.5, n)

    def vitals(self):
        noise = self.rng.normal(0, 1.5, self.beds)
        return ((self.map_ + noise)[:, None] / 65 - 1).astype(np.float32)

    def give(self, dose):
        self.map_ += 3.0 * dose * self.resist - 0.08 * (self.map_ - 50) + self.rng.normal(0, 0.5, self.beds)
        leaving = self.rng.random(self.beds) < 0.003
        reward = -np.abs(self.map_ - 65) / 10 - 0.1 * dose
        self.fill(leaving)
        return reward, leaving
