import numpy as np


class BeerShop:
    """A shop orders crates once a day; deliveries take some days and demand drifts."""

    def __init__(self, seed, days=365):
        self.rng = np.random.default_rng(seed)
        self.days = days

    def open(self):
        self.day = 0
        self.stock = 12.0
        self.underway = [4.0, 4.0, 4.0]
        self.level = self.rng.uniform(3, 6)
        return self._view(4.0)

    def _view(self, sold):
        return np.array([self.stock / 20, sold / 10], np.float32)

    def order(self, crates):
        self.day += 1
        self.stock += self.underway.pop(0)
        self.underway.append(float(crates))
        self.level = np.clip(self.level + self.rng.normal(0, 0.2), 1, 9)
        demand = float(self.rng.poisson(self.level))
        sold = min(demand, self.stock)
        self.stock -= sold
        cost = 0.5 * self.stock + 1.5 * (demand - sold)
        return self._view(sold), -cost / 10, self.day >= self.days
