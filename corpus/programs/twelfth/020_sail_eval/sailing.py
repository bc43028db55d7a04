import math
import random


class SailingRace:
    """Beat to an upwind mark in a shifting breeze. Actions: bear away, hold, luff up, tack."""

    n_obs = 4
    n_actions = 4

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.wind = self.rng.gauss(0, 8)
        self.heading = 45.0
        self.x, self.y = self.rng.uniform(-20, 20), 0.0
        self.t = 0
        return self._obs()

    def _obs(self):
        bearing = math.degrees(math.atan2(-self.x, 100 - self.y))
        return [self.heading / 90, bearing / 90, self.y / 100, self._speed() + self.rng.gauss(0, 0.1)]

    def _speed(self):
        angle = abs(self.heading - self.wind)
        return 0.0 if angle < 35 else math.sin(math.radians(min(angle, 90)))

    def step(self, action):
        if action == 3:
            self.heading = -self.heading
        else:
            self.heading += (5 if action == 0 else -5 if action == 2 else 0) * (1 if self.heading > 0 else -1)
        self.wind += self.rng.gauss(0, 0.8) - 0.02 * self.wind
        v = self._speed()
        self.x += v * math.sin(math.radians(self.heading))
        self.y += v * math.cos(math.radians(self.heading))
        self.t += 1
        home = self.y >= 100
        return self._obs(), (50.0 if home else -0.1), home or self.t >= 500
