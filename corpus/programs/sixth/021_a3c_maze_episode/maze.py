import numpy as np


class TMaze:
    """Signal at the start, corridor of unknown length, turn left or right at its end."""

    def __init__(self, seed, longest=24):
        self.rng = np.random.RandomState(seed)
        self.longest = longest

    def reset(self):
        self.n = self.rng.randint(4, self.longest)
        self.side = self.rng.randint(2)
        self.pos, self.t = 0, 0
        return self._o()

    def _o(self):
        o = np.zeros(5, np.float32)
        if self.pos == 0:
            o[self.side] = 1
        o[2] = self.pos == self.n
        o[3:] = self.rng.rand(2)
        return o

    def step(self, a):
        self.t += 1
        if self.pos == self.n and a in (1, 2):
            return self._o(), 4.0 if a - 1 == self.side else -1.0, True
        self.pos = min(self.n, max(0, self.pos + (1 if a == 0 else 0)))
        return self._o(), -0.02, self.t >= 4 * self.longest
