import numpy as np


class Meadow:
    """A torus with berries that grow back; the creature smells in eight directions."""

    n_sensors, n_moves = 9, 5

    def __init__(self, size=24, berries=30, seed=0):
        self.size, self.n = size, berries
        self.rng = np.random.default_rng(seed)
        self.pos = np.zeros(2, dtype=int)
        self.berries = np.zeros((berries, 2), dtype=int)

    def restart(self):
        self.pos = self.rng.integers(self.size, size=2)
        self.berries = self.rng.integers(self.size, size=(self.n, 2))

    def look(self):
        d = (self.berries - self.pos + self.size // 2) % self.size - self.size // 2
        dist = np.abs(d).sum(1) + 1e-3
        ang = ((np.arctan2(d[:, 1], d[:, 0]) + np.pi) / (2 * np.pi) * 8).astype(int) % 8
        smell = np.zeros(9, dtype=np.float32)
        np.add.at(smell, ang, 1.0 / dist)
        smell[8] = self.rng.normal(0, 0.1)
        return smell

    def move(self, m):
        step = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])[m]
        self.pos = (self.pos + step) % self.size
        hit = (self.berries == self.pos).all(1)
        self.berries[hit] = self.rng.integers(self.size, size=(int(hit.sum()), 2))
        return float(hit.sum()) - 0.01 * (m != 0)
