import math
import random


class ChilledWaterPlant:
    def __init__(self, zones: int, outside_mean: float, dt_min: int):
        self.zones = zones
        self.outside_mean = outside_mean
        self.dt = dt_min / 60
        self.clock = 0.0
        self.room = [24.0] * zones

    def outside(self):
        return self.outside_mean + 7 * math.sin((self.clock - 9) / 24 * 2 * math.pi)

    def measure(self):
        day = self.clock / 24 * 2 * math.pi
        return [(r - 24) / 4 for r in self.room] + [self.outside() / 30, math.sin(day), math.cos(day)]

    def advance(self, valves):
        kw = 0.0
        penalty = 0.0
        for z, v in enumerate(valves):
            v = min(max(v, 0.0), 1.0)
            heat = 5 + 2 * random.random() + 2 * math.sin(self.clock / 24 * 2 * math.pi + z)
            cold = 9 * v * max(self.room[z] - 12, 0) / 12
            self.room[z] += self.dt * (heat - cold)
            kw += cold / (4.5 - 0.05 * self.outside())
            penalty += max(self.room[z] - 27, 0) + 0.3 * max(20 - self.room[z], 0)
        self.clock += self.dt
        return self.measure(), kw + 3 * penalty
