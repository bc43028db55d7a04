import math
import random


class Crane(object):
    """Gantry crane: bring the trolley to the mark with the load hanging still. Swing rate is not measured."""

    def __init__(self, seed=0):
        self.rnd = random.Random(seed)

    def reset(self):
        self.x, self.v = 0.0, 0.0
        self.th, self.om = self.rnd.uniform(-0.1, 0.1), 0.0
        self.rope = self.rnd.uniform(2.0, 6.0)
        self.goal = self.rnd.uniform(-4, 4)
        self.k = 0
        return self.obs()

    def obs(self):
        return [self.goal - self.x, self.v, self.th]

    def step(self, force):
        acc = max(-1.0, min(1.0, force))
        self.v += 0.05 * acc
        self.x += 0.05 * self.v
        self.om += 0.05 * (-9.81 / self.rope * math.sin(self.th) - acc / self.rope * math.cos(self.th))
        self.th += 0.05 * self.om
        self.k += 1
        cost = 0.1 * abs(self.goal - self.x) + abs(self.th)
        return self.obs(), -cost, self.k >= 300 or abs(self.th) > 0.8
