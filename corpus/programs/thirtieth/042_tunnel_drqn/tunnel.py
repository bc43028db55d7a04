import random


class Tunnel:
    """Flappy-like: keep the bat inside a winding tunnel. The echo comes only at every third step."""

    def __init__(self, limit=300):
        self.limit = limit

    def reset(self):
        self.y = 0.0
        self.vy = 0.0
        self.mid = 0.0
        self.drift = random.uniform(-0.02, 0.02)
        self.t = 0
        return self.sense()

    def sense(self):
        if self.t % 3 == 0:
            return [1.0, self.y - self.mid, self.vy]
        return [0.0, 0.0, self.vy]

    def step(self, flap):
        self.t += 1
        self.vy = 0.06 if flap else self.vy - 0.015
        self.y += self.vy
        if random.random() < 0.05:
            self.drift = random.uniform(-0.04, 0.04)
        self.mid += self.drift
        crashed = abs(self.y - self.mid) > 0.5
        return self.sense(), (-1.0 if crashed else 0.05), crashed or self.t >= self.limit
