import math
import random


class PylonLine(object):
    """Follow a power line from mast to mast in gusts."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.y = self.rnd.uniform(-1, 1)
        self.v = 0.0
        self.x = 0
        self.gust = self.rnd.uniform(-0.3, 0.3)
        return [self.y, 0.0]

    def step(self, u):
        self.gust += self.rnd.gauss(0, 0.01)
        self.v = 0.9 * self.v + 0.2 * u + 0.1 * self.gust
        self.y += self.v
        self.x += 1
        sag = 0.2 * math.sin(self.x / 15.0)
        miss = abs(self.y - sag)
        done = miss > 4 or self.x >= 500
        return [self.y, sag], 1.0 - miss, done
