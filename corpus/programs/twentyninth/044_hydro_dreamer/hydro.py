import numpy as np


class PumpedHydro:
    """Pump, idle or generate; hourly prices; one week per episode."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.h, self.level, self.drift = 0, 0.5, 0.0
        return self._obs()

    def _price(self):
        return 50 + 25 * np.sin(2 * np.pi * (self.h - 8) / 24) + 10 * self.drift

    def _obs(self):
        a = 2 * np.pi * self.h / 24
        return np.array([self.level, self._price() / 100, np.sin(a), np.cos(a)], np.float32)

    def step(self, a):
        price = self._price()
        flow = (1 - a) * 0.05
        new = float(np.clip(self.level + flow, 0, 1))
        moved = new - self.level
        self.level = new
        self.drift = 0.9 * self.drift + self.rng.normal()
        self.h += 1
        cash = -moved * price * (1.0 if moved < 0 else 1.25)
        return self._obs(), cash / 10, self.h >= 168
