import math
import random


class Tank:
    READ, VALVE = 4, 3

    def __init__(self, rnd):
        self.rnd = rnd

    def pitch(self):
        self.hour, self.sugar, self.temp = 0, 12.0, 17.0
        self.vigour = self.rnd.uniform(0.8, 1.2)
        return self.read()

    def read(self):
        return [self.temp / 20, self.sugar / 12 + self.rnd.gauss(0, 0.02), self.hour / 240, 1.0]

    def hourly(self, valve):
        eaten = 0.08 * self.vigour * self.sugar / 12 * math.exp(-((self.temp - 20) / 5) ** 2)
        self.sugar -= eaten
        self.temp += 3 * eaten - 0.4 * valve + 0.02 * (18 - self.temp)
        self.hour += 1
        penalty = max(0.0, self.temp - 22) * 0.2
        return self.read(), eaten - penalty, self.hour >= 240
