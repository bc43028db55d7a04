import math
import random


class Night:
    """Queue observing with passing clouds; a field is lost when it sets."""

    FIELDS = 6
    SLOTS = 60

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.slot = 0
        self.rise = [rng.uniform(-20, 40) for _ in range(self.FIELDS)]
        self.need = [rng.randint(2, 8) for _ in range(self.FIELDS)]
        self.worth = [rng.uniform(0.5, 2.0) for _ in range(self.FIELDS)]
        self.cloud = rng.uniform(0, 1)

    def altitude(self, i):
        x = (self.slot - self.rise[i]) / 40
        return math.sin(math.pi * x) if 0 < x < 1 else 0.0

    def look(self):
        out = []
        for i in range(self.FIELDS):
            out += [self.altitude(i), self.need[i] / 8, self.worth[i] / 2]
        return out + [self.slot / self.SLOTS, self.cloud + self.rng.gauss(0, 0.2)]

    def observe(self, i):
        gain = 0.0
        if self.need[i] and self.altitude(i) > 0.2 and self.rng.random() > self.cloud:
            self.need[i] -= 1
            gain = self.worth[i] * self.altitude(i)
        self.cloud = min(1.0, max(0.0, self.cloud + self.rng.gauss(0, 0.08)))
        self.slot += 1
        return gain, self.slot >= self.SLOTS
