import math
import random


class Greenhouse:
    """Ten-minute steps; actions: 0 idle, 1 vents, 2 heating, 3 misting."""

    num_inputs = 5
    num_actions = 4

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.minute = 0
        self.temp = 16 + self.rnd.random() * 4
        self.rh = 0.6
        self.cloud = self.rnd.random()
        self.last = 0
        return self._obs()

    def _sun(self):
        return max(0.0, math.sin(math.pi * (self.minute / 60 - 6) / 12)) * (1 - 0.7 * self.cloud)

    def _obs(self):
        noise = self.rnd.gauss(0, 0.3)
        return [(self.temp + noise) / 30, self.rh, self.last / 3, self.minute / 1440, 1.0]

    def step(self, a):
        self.last = a
        self.cloud = min(1, max(0, self.cloud + self.rnd.gauss(0, 0.05)))
        self.temp += 0.9 * self._sun() - 0.05 * (self.temp - 12)
        cost = 0.0
        if a == 1:
            self.temp -= 0.12 * (self.temp - 12)
            self.rh -= 0.05
        elif a == 2:
            self.temp += 0.8
            cost = 0.2
        elif a == 3:
            self.rh += 0.06
            self.temp -= 0.2
            cost = 0.05
        self.rh = min(1, max(0.2, self.rh + 0.01))
        self.minute += 10
        reward = 1 - abs(self.temp - 22) / 8 - abs(self.rh - 0.7) - cost
        return self._obs(), reward, self.minute >= 1440
