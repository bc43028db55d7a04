import math
import random


class TeaDryer:
    """Fluid bed dryer. One batch of fermented leaf goes from ~65% moisture down to 3%."""

    def __init__(self, seed=None):
        self.rnd = random.Random(seed)

    def reset(self):
        self.m = self.rnd.uniform(0.60, 0.70)
        self.leaf = self.rnd.choice([0.8, 1.0, 1.3])   # grade of the leaf, never measured
        self.temp = 40.0
        self.minute = 0
        self.scorch = 0.0
        return self.sense()

    def sense(self):
        exhaust = self.temp - 30 * self.m + self.rnd.gauss(0, 1)
        return [self.temp / 100, exhaust / 100, self.minute / 60]

    def step(self, inlet, flow):
        self.temp += 0.3 * (inlet - self.temp)
        rate = 0.0018 * self.leaf * flow * max(0.0, self.temp - 35)
        self.m *= math.exp(-rate)
        if self.temp > 105 and self.m < 0.15:
            self.scorch += 0.02
        self.minute += 1
        over = self.m < 0.03 or self.minute >= 60
        r = -0.01 * flow - 0.0002 * inlet
        if over:
            r += 2.0 - 20 * abs(self.m - 0.03) - 5 * self.scorch
        return self.sense(), r, over
