import math
import random


class Irrigation:
    """Six sluice gates along one canal. Hourly steps, runs for ever."""

    def __init__(self, gates, seed=3):
        self.gates = gates
        self.rnd = random.Random(seed)
        self.level = {g: 1.0 for g in gates}
        self.soil = {g: 0.5 for g in gates}
        self.hour = 0

    def observe(self):
        day = 2 * math.pi * (self.hour % 24) / 24
        return {g: [self.level[g], self.soil[g] + self.rnd.gauss(0, 0.05),
                    math.sin(day), math.cos(day)] for g in self.gates}

    def tick(self, opening):
        flow = 0.35 + 0.1 * self.rnd.random()
        reward = {}
        for g in self.gates:
            self.level[g] = 0.8 * self.level[g] + flow
            out = opening[g] * 0.5 * self.level[g]
            self.level[g] -= out
            flow = 0.3 * self.level[g]
            sun = max(0.0, math.sin(2 * math.pi * (self.hour % 24 - 6) / 24))
            self.soil[g] = min(1.0, max(0.0, self.soil[g] + 0.2 * out - 0.05 * sun))
            reward[g] = -abs(self.soil[g] - 0.6) - 0.1 * max(0.0, self.level[g] - 1.5)
        self.hour += 1
        return reward
