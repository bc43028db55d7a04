import numpy as np


class BatteryMarket:
    """Arbitrage with a 1 MWh battery on a noisy day-ahead like price. Actions: discharge, idle, charge."""

    actions = 3
    features = 4

    def __init__(self, seed=None, length=24 * 14):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def _price(self):
        daily = 40 + 25 * np.sin(2 * np.pi * (self.hour % 24 - 8) / 24)
        self.drift = 0.97 * self.drift + self.rng.normal(0, 4)
        return daily + self.drift

    def _features(self):
        return np.array([self.price / 100, self.soc, np.sin(self.hour * np.pi / 12), np.cos(self.hour * np.pi / 12)],
                        dtype=np.float32)

    def reset(self):
        self.hour, self.drift, self.soc = 0, 0.0, 0.5
        self.price = self._price()
        return self._features()

    def step(self, action):
        move = (action - 1) * 0.25
        move = float(np.clip(self.soc + move, 0, 1) - self.soc)
        self.soc += move
        profit = -move * self.price - 0.5 * abs(move)
        self.hour += 1
        self.price = self._price()
        return self._features(), profit / 10.0, self.hour >= self.length
