import math
import random


class Turbine(object):
    """Yaw a nacelle into a veering wind; the vane on the nacelle is noisy and lags."""

    MOVES = (-1, 0, 1)

    def __init__(self, seed, minutes=240):
        self.rnd = random.Random(seed)
        self.minutes = minutes

    def reset(self):
        self.t = 0
        self.wind = self.rnd.uniform(-60, 60)
        self.veer = self.rnd.gauss(0, 0.6)
        self.nacelle = 0.0
        self.vane = 0.0
        self.speed = self.rnd.uniform(5, 12)
        return self._obs(0)

    def _obs(self, move):
        return [self.vane / 45, self.speed / 12, float(move), self.nacelle / 180]

    def step(self, i):
        move = self.MOVES[i]
        self.nacelle += 3 * move
        self.veer = 0.98 * self.veer + self.rnd.gauss(0, 0.1)
        self.wind += self.veer
        err = self.wind - self.nacelle
        self.vane += 0.3 * (err - self.vane) + self.rnd.gauss(0, 4)
        self.speed = min(14, max(4, self.speed + self.rnd.gauss(0, 0.2)))
        power = max(0.0, math.cos(math.radians(err))) ** 3 * (self.speed / 12) ** 3
        self.t += 1
        return self._obs(move), power - 0.02 * abs(move), self.t >= self.minutes
