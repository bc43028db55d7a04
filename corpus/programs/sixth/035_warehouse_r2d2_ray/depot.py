import numpy as np


class Depot:
    """A picker walks between shelves; orders are shown only at the desk."""

    N_OBS, N_ACT = 6, 5

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.xy = np.zeros(2)
        self.order = self.rng.integers(-4, 5, 2)
        self.load, self.left = 0, 300
        return self.look()

    def look(self):
        at_desk = float(not self.xy.any())
        shown = self.order * at_desk
        return np.array([*self.xy, at_desk, *shown, self.load], dtype=np.float32)

    def step(self, a):
        if a < 4:
            d = [(1, 0), (-1, 0), (0, 1), (0, -1)][a]
            self.xy = np.clip(self.xy + d, -4, 4)
        r = -0.01
        if a == 4 and not self.load and (self.xy == self.order).all():
            self.load = 1
            r = 0.2
        elif a == 4 and self.load and not self.xy.any():
            self.load = 0
            self.order = self.rng.integers(-4, 5, 2)
            r = 1.0
        self.left -= 1
        return self.look(), r, self.left == 0
