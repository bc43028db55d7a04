import math
import random


class NordicFeed:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.level = 45.0
        self.h = 0

    def next(self) -> float:
        self.h += 1
        self.level += 0.05 * (45 - self.level) + self.rng.gauss(0, 3)
        return max(0.0, self.level + 12 * math.sin(2 * math.pi * self.h / 24))


class SolarFeed(NordicFeed):
    def next(self) -> float:
        base = super().next()
        noon = math.exp(-((self.h % 24 - 13) ** 2) / 10)
        return base - 35 * noon * self.rng.random()
