import numpy as np


class VendingMachine:
    """Choose each hour which of three slots to refill; sales are seen, the stock is not."""

    def __init__(self, seed, hours=168):
        self.rng = np.random.default_rng(seed)
        self.hours = hours

    def reset(self):
        self.hour = 0
        self.stock = self.rng.integers(3, 12, size=3)
        self.sold = np.zeros(3)
        return self._obs()

    def _obs(self):
        return np.append(self.sold / 5, (self.hour % 24) / 24).astype(np.float32)

    def step(self, action):
        self.hour += 1
        cost = 0.0
        if action > 0:
            self.stock[action - 1] = 12
            cost = 1.5
        demand = self.rng.poisson([0.8, 0.4, 0.6])
        self.sold = np.minimum(demand, self.stock)
        self.stock = self.stock - self.sold
        lost = (demand - self.sold).sum()
        return self._obs(), float(self.sold.sum() - lost - cost), self.hour >= self.hours
