import math

import numpy as np


class Building:
    """One thermal zone over a heating season of 180 days, quarter-hour steps."""

    LEVELS = [0.0, 1.5, 3.0, 4.5, 6.0]

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.ua = self.rng.uniform(0.1, 0.25)
        self.cap = self.rng.uniform(2.0, 4.0)

    def reset(self):
        self.t, self.temp, self.heat = 0, 18.0, 0.0
        self.front = self.rng.normal(0, 2)
        return self._obs()

    def _outside(self):
        hour = self.t / 4 % 24
        return self.front + 4 * math.sin((hour - 9) * math.pi / 12)

    def _price(self):
        return 0.35 if 16 <= self.t / 4 % 24 < 20 else 0.18

    def _obs(self):
        hour = self.t / 4 % 24 * math.pi / 12
        return np.array([self.temp / 20 - 1, self._outside() / 10, self.heat / 6, self._price(),
                         math.sin(hour), math.cos(hour), float(8 <= self.t / 4 % 24 < 18)], np.float32)

    def step(self, a):
        self.heat = self.LEVELS[a]
        self.front = 0.999 * self.front + self.rng.normal(0, 0.1)
        self.temp += 0.25 * (self.heat - self.ua * (self.temp - self._outside())) / self.cap
        self.t += 1
        busy = 8 <= self.t / 4 % 24 < 18
        discomfort = max(0.0, 20.5 - self.temp) + max(0.0, self.temp - 23.5) if busy else 0.0
        reward = -0.25 * self.heat * self._price() - discomfort
        return self._obs(), reward, self.t >= 180 * 96
