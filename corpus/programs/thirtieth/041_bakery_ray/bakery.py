import numpy as np


class Bakery:
    """How many trays of rolls to bake tonight. Lost sales are not seen, only what was sold."""

    TRAYS = 6

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.day = 0
        self.level = self.rng.uniform(1.0, 5.0)
        self.weekend = self.rng.uniform(0.0, 2.0)
        return np.zeros(4, np.float32)

    def step(self, trays):
        weekday = self.day % 7
        demand = max(0.0, self.level + self.weekend * (weekday >= 5) + self.rng.normal(0, 0.5))
        sold = min(float(trays), demand)
        self.level = float(np.clip(self.level + self.rng.normal(0, 0.1), 0.5, 6.0))
        self.day += 1
        obs = np.array([sold / 5, trays / 5, float(sold == trays), (self.day % 7) / 7], np.float32)
        return obs, 1.0 * sold - 0.6 * trays, self.day >= 90
