import random
from dataclasses import dataclass


@dataclass
class Level:
    name: str
    arrivals: float
    pedestrians: float
    goal: float


LEVELS = [
    Level("night", 0.1, 0.0, -0.6),
    Level("weekend", 0.25, 0.05, -1.2),
    Level("rush", 0.45, 0.1, -2.5),
]


class Crossing:
    n_obs, n_act = 6, 3

    def __init__(self, level):
        self.level = level

    def reset(self):
        self.cars, self.walkers, self.green, self.t = [0, 0], 0, 0, 0
        return self.observe()

    def observe(self):
        lamp = [float(self.green == k) for k in range(3)]
        return [float(c > 0) for c in self.cars] + [float(self.walkers > 0)] + lamp

    def step(self, a):
        switched = a != self.green
        self.green = a
        for lane in (0, 1):
            self.cars[lane] += random.random() < self.level.arrivals
        self.walkers += random.random() < self.level.pedestrians
        if not switched:
            if a < 2:
                self.cars[a] = max(0, self.cars[a] - 1)
            else:
                self.walkers = 0
        self.t += 1
        wait = sum(self.cars) * 0.1 + 0.2 * self.walkers
        return self.observe(), -wait, self.t == 500
