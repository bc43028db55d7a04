import math
import random


class Kite:
    """A tethered kite that never lands; the crew sets it back to the zenith with the winch."""

    def __init__(self, seed=0):
        self.rng = random.Random(seed)
        self.to_zenith()

    def to_zenith(self):
        self.az, self.el, self.rate, self.wind = 0.0, 1.2, 0.0, 8.0
        return self.sense()

    def sense(self):
        return [self.az, self.el]

    def step(self, steer):
        self.wind += 0.05 * (8.0 - self.wind) + self.rng.gauss(0, 0.3)
        self.rate = 0.9 * self.rate + 0.02 * self.wind * steer
        self.az = math.atan2(math.sin(self.az + 0.05 * self.rate), math.cos(self.az + 0.05 * self.rate))
        self.el = min(1.4, max(0.1, self.el + 0.02 * (0.6 - abs(self.rate)) - 0.01 * abs(self.az)))
        power = self.wind ** 2 * math.cos(self.el) * math.cos(self.az) / 64.0
        return self.sense(), power - (2.0 if self.el < 0.15 else 0.0)
