import numpy as np


class Shop:
    """A product with an unknown demand curve; each episode is a week of hourly price posts."""

    n_prices = 6
    week = 84

    def __init__(self, rng):
        self.rng = rng
        self.centre = rng.uniform(0.2, 0.9)
        self.slope = rng.uniform(4, 18)
        self.drift = rng.normal(0, 0.001)

    def open(self):
        self.t = 0
        self.rival = self.rng.uniform(0.3, 0.8)
        return np.array([self.rival, 0.0], np.float32)

    def post(self, idx):
        price = (idx + 1) / self.n_prices
        centre = self.centre + self.drift * self.t + 0.2 * (self.rival - 0.5)
        buy = self.rng.random() < 1 / (1 + np.exp(self.slope * (price - centre)))
        self.rival = float(np.clip(self.rival + self.rng.normal(0, 0.02), 0.1, 1.0))
        self.t += 1
        return np.array([self.rival, float(buy)], np.float32), price * float(buy), self.t >= self.week
