import math
import random


class Greenhouse(object):
    """One glasshouse compartment. A step is ten minutes; the clock just keeps running."""

    LEVELS = (0.0, 0.35, 0.7, 1.0)

    def __init__(self, seed=0):
        self.rng = random.Random(seed)
        self.clock = 0
        self.air = 17.0
        self.pipe = 25.0
        self.cloud = 0.4

    def outside(self):
        hour = (self.clock / 6.0) % 24
        return 6.0 + 5.0 * math.sin((hour - 9.0) / 24.0 * 2 * math.pi)

    def sun(self):
        hour = (self.clock / 6.0) % 24
        return max(0.0, math.sin((hour - 6.0) / 12.0 * math.pi)) * (1.0 - self.cloud)

    def measure(self):
        hour = (self.clock / 6.0) % 24
        noisy = self.air + self.rng.gauss(0.0, 0.4)
        return [noisy / 30.0, self.outside() / 30.0,
                math.sin(hour / 24.0 * 2 * math.pi), math.cos(hour / 24.0 * 2 * math.pi)]

    def step(self, level):
        power = self.LEVELS[level]
        self.cloud = min(1.0, max(0.0, self.cloud + self.rng.gauss(0.0, 0.05)))
        self.pipe += 0.3 * (25.0 + 40.0 * power - self.pipe)
        self.air += 0.03 * (self.pipe - self.air) + 0.08 * (self.outside() - self.air) + 1.2 * self.sun()
        self.clock += 1
        cost = 0.2 * power + 0.05 * abs(self.air - 19.0)
        return self.measure(), cost
