import math
import random


class Upwind:
    """Beat to a windward mark in shifting wind. The wind direction is only felt with noise."""

    ACTIONS = ("hold", "head_up", "bear_away", "tack")

    def __init__(self, legs=1.0, limit=400):
        self.legs, self.limit = legs, limit

    def reset(self):
        self.x = self.y = 0.0
        self.wind = random.uniform(-0.3, 0.3)
        self.shift_rate = random.choice([0.01, 0.03, 0.06])
        self.heading = math.pi / 4
        self.speed = 0.5
        self.t = 0
        return self._obs()

    def _obs(self):
        felt = self.wind - self.heading + random.gauss(0, 0.15)
        return [math.sin(felt), math.cos(felt), self.speed, self.x, self.y, math.sin(self.heading)]

    def step(self, a):
        if a == 1:
            self.heading -= 0.05 * math.copysign(1, self.heading - self.wind)
        elif a == 2:
            self.heading += 0.05 * math.copysign(1, self.heading - self.wind)
        elif a == 3:
            self.heading = 2 * self.wind - self.heading
            self.speed *= 0.5
        self.wind = 0.5 * math.sin(self.shift_rate * self.t) + random.gauss(0, 0.01)
        angle = abs(self.heading - self.wind)
        polar = 0.0 if angle < 0.6 else min(1.0, angle)
        self.speed += 0.1 * (polar - self.speed)
        self.x += 0.01 * self.speed * math.sin(self.heading)
        before = self.y
        self.y += 0.01 * self.speed * math.cos(self.heading)
        self.t += 1
        rounded = self.y >= self.legs and abs(self.x) < 0.2
        reward = 10 * (self.y - before) - 0.002 + (1.0 if rounded else 0.0)
        return self._obs(), reward, rounded or self.t >= self.limit
