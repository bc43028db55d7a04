import numpy as np


class Floorplan:
    """Macros are placed one after the other on a grid. The net list is told pin by pin, only for the macro at hand."""

    def __init__(self, side=8, macros=24, seed=None):
        self.side, self.macros = side, macros
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.k = 0
        self.where = -np.ones((self.macros, 2))
        self.taken = np.zeros(self.side * self.side, dtype=np.float32)
        w = self.rng.random((self.macros, self.macros)) < 0.15
        self.nets = np.triu(w, 1)
        return self.features()

    def features(self):
        row = np.zeros(self.macros, dtype=np.float32)
        if self.k < self.macros:
            row[: self.k] = self.nets[: self.k, self.k]
        return np.concatenate([self.taken, row, [self.k / self.macros]]).astype(np.float32)

    @property
    def dim(self):
        return self.side * self.side + self.macros + 1

    def wirelength(self):
        i, j = np.nonzero(self.nets)
        return np.abs(self.where[i] - self.where[j]).sum() / (self.side * max(len(i), 1))

    def place(self, cell):
        self.taken[cell] = 1.0
        self.where[self.k] = divmod(int(cell), self.side)
        self.k += 1
        done = self.k == self.macros
        return self.features(), (-self.wirelength() if done else 0.0), done
