import numpy as np


class Field:
    """An endless foraging field: food grows back, the walker never starts anew."""

    def __init__(self, size=32, regrow=0.002, seed=0):
        self.rng = np.random.default_rng(seed)
        self.size = size
        self.regrow = regrow
        self.food = self.rng.random((size, size)) < 0.1
        self.pos = np.array([size // 2, size // 2])
        self.heading = 0

    DIRS = np.array([[0, 1], [1, 0], [0, -1], [-1, 0]])

    def sense(self):
        out = []
        for turn in (-1, 0, 1):
            d = self.DIRS[(self.heading + turn) % 4]
            ahead = (self.pos + d) % self.size
            out.append(float(self.food[tuple(ahead)]))
        out.append(1.0)
        return np.asarray(out, dtype=np.float32)

    def tick(self, action):
        self.heading = (self.heading + (action - 1)) % 4
        self.pos = (self.pos + self.DIRS[self.heading]) % self.size
        ate = bool(self.food[tuple(self.pos)])
        self.food[tuple(self.pos)] = False
        self.food |= self.rng.random(self.food.shape) < self.regrow
        return self.sense(), float(ate)
