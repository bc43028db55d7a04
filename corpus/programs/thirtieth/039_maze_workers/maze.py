import numpy as np


class TMaze:
    """Corridor with a sign at the start that tells on which side the cheese is."""

    def __init__(self, length=8, seed=None):
        self.length = length
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.x, self.t = 0, 0
        self.side = self.rng.randint(2)
        return self.see()

    def see(self):
        view = np.zeros(4, dtype=np.float32)
        if self.x == 0:
            view[self.side] = 1.0
        elif self.x == self.length:
            view[2] = 1.0
        else:
            view[3] = 1.0
        return view

    def step(self, a):
        """0 forward, 1 left, 2 right"""
        self.t += 1
        if self.x == self.length and a > 0:
            return self.see(), (1.0 if a - 1 == self.side else -0.1), True
        if a == 0:
            self.x = min(self.x + 1, self.length)
        return self.see(), -0.01, self.t >= 4 * self.length
