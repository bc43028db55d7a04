import math
import random


class House:
    """Simulated tank: showers fill it, toilet and garden draw from it. Valve and pump are set every 10 minutes."""

    per_day = 144

    def __init__(self, day=0):
        self.tick = day * self.per_day
        self.tank = 0.5

    @property
    def day(self):
        return self.tick // self.per_day

    def measure(self):
        t = self.tick % self.per_day / self.per_day
        warm = 0.5 - 0.5 * math.cos(2 * math.pi * self.day / 365)
        return [self.tank + random.gauss(0, 0.01), math.sin(2 * math.pi * t), math.cos(2 * math.pi * t), warm]

    def apply(self, valve, pump):
        hour = self.tick % self.per_day / 6
        shower = 0.05 if 6 < hour < 9 and random.random() < 0.3 else 0.0
        need = 0.02 if random.random() < 0.2 else 0.0
        self.tank = min(1.0, max(0.0, self.tank + shower + 0.01 * valve - need - 0.03 * pump))
        self.tick += 1
        short = need > self.tank
        return -1.0 * short - 0.05 * valve - 0.01 * pump - (0.2 if self.tank >= 1.0 else 0.0)
