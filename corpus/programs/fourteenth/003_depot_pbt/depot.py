import numpy as np


class Depot:
    """A picker robot on a grid with shelves; the order list is told only at the desk."""

    def __init__(self, rng, size=9, shift=600):
        self.rng, self.size, self.shift = rng, size, shift

    def reset(self):
        self.xy = np.array([0, 0])
        self.clock = 0
        self._new_order()
        return self.sense()

    def _new_order(self):
        self.goal = self.rng.integers(1, self.size, 2)
        self.told = True
        self.loaded = False

    def sense(self):
        hint = self.goal / self.size if self.told else np.zeros(2)
        self.told = False
        return np.concatenate([self.xy / self.size, hint, [self.loaded]]).astype(np.float32)

    def step(self, a):
        self.clock += 1
        dx = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)][a]
        self.xy = np.clip(self.xy + dx, 0, self.size - 1)
        r = -0.01
        if not self.loaded and (self.xy == self.goal).all():
            self.loaded, r = True, 0.5
        elif self.loaded and (self.xy == 0).all():
            r = 1.0
            self._new_order()
        return self.sense(), r, self.clock >= self.shift
