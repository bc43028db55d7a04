import math
import random


class Rink:
    """Ice temperature of a public rink; visitors bring heat, their number is not measured."""

    def __init__(self, seed=None):
        self.rng = random.Random(seed)

    def open(self):
        self.ice, self.brine, self.t = -3.5, -9.0, 0
        self.busy = self.rng.uniform(0.2, 1.2)
        self.peak = self.rng.uniform(30, 60)
        return self.read()

    def crowd(self):
        return self.busy * math.exp(-((self.t - self.peak) / 15.0) ** 2)

    def read(self):
        return [self.ice / 5 + self.rng.gauss(0, 0.02), self.brine / 10, self.t / 96]

    def step(self, comp):
        self.brine += 0.25 * ((-6.0, -9.0, -12.0)[comp] - self.brine)
        self.ice += 0.08 * (self.brine + 5.0 - self.ice) + 0.35 * self.crowd()
        self.t += 1
        cost = 0.3 * comp + 2.0 * max(0.0, self.ice + 2.5) + max(0.0, -5.5 - self.ice)
        return self.read(), cost, self.t >= 96

    def foreman(self):
        """What the old foreman does, who sees the crowd coming."""
        soon = self.ice + 1.5 * self.crowd()
        return 2 if soon > -3.0 else (1 if soon > -4.2 else 0)
