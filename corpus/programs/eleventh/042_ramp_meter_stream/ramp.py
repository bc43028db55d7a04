import math
import random


class RampMeter:
    """Traffic light of a motorway on-ramp, two hours in 15 second steps."""

    def __init__(self):
        self.horizon = 480

    def reset(self):
        self.t = 0
        self.queue = 0.0
        self.density = random.uniform(15, 25)
        self.trend = random.uniform(0, 2 * math.pi)
        return self.measure()

    def measure(self):
        loop = self.density + random.gauss(0, 3)
        return [loop / 40, self.queue / 30]

    def step(self, green):
        arrive = max(0.0, 1.5 + math.sin(self.trend + self.t / 80) + random.gauss(0, 0.5))
        go = min(self.queue + arrive, (0.0, 1.5, 3.0)[green])
        self.queue = min(30.0, self.queue + arrive - go)
        drain = 0.12 * self.density * (1.0 if self.density < 28 else 0.6)
        self.density = max(5.0, self.density + 0.6 * go + 1.8 - drain)
        self.t += 1
        reward = drain / 4 - self.queue / 40
        return self.measure(), reward, self.t >= self.horizon
