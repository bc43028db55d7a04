import math
import random


class Waterworks:
    """
    A continuing plant: it cannot be reset, the day goes on whatever we try on it.
    Turbidity of the inflow is only measured every tenth minute.
    """

    def __init__(self, seed=None):
        self.rng = random.Random(seed)
        self.minute = 0
        self.turb, self.ph, self.tank = 5.0, 7.2, 0.6
        self.seen = self.turb

    def sense(self):
        return [self.seen / 10.0, self.ph - 7.0, self.tank, math.sin(self.minute / 1440 * 2 * math.pi)]

    def apply(self, dose, pump):
        self.minute += 1
        self.turb = max(0.5, self.turb + self.rng.gauss(0, 0.15))
        if self.minute % 10 == 0:
            self.seen = self.turb
        out = self.turb * math.exp(-dose)
        self.ph += -0.02 * dose + 0.05 * (7.2 - self.ph)
        demand = 0.5 + 0.3 * math.sin(self.minute / 1440 * 2 * math.pi)
        self.tank += 0.01 * (pump - demand)
        penalty = out + 4 * abs(self.ph - 7.0) + 5 * max(0.0, abs(self.tank - 0.5) - 0.3)
        return penalty + 0.1 * dose + 0.1 * pump
