import numpy as np


class Crawl:
    """Batch of tiny roguelike runs; a run that is over starts anew at once."""

    VIEW, ACTIONS = 12, 6  # n, s, e, w, quaff, descend

    def __init__(self, n, seed=0):
        self.n = n
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.hp = np.full(self.n, 12)
        self.depth = np.ones(self.n, int)
        self.turn = np.zeros(self.n, int)
        self.pos = np.zeros((self.n, 2), int)
        self.stairs = self.rng.integers(-6, 7, (self.n, 2))
        self.flasks = self.rng.integers(0, 3, self.n)
        self.seen = np.zeros(self.n, bool)
        return self._view()

    def _view(self):
        gap = self.stairs - self.pos
        self.near = np.abs(gap).max(1) <= 2
        v = np.zeros((self.n, self.VIEW), np.float32)
        v[:, 0:2] = self.pos / 6
        v[:, 2] = self.near
        v[:, 3:5] = gap / 6 * self.near[:, None]
        v[:, 5] = self.hp / 12
        v[:, 6] = self.depth / 10
        v[:, 7] = self.flasks / 3
        v[:, 8:12] = self.rng.random((self.n, 4)) < 0.1
        return v

    def step(self, a):
        moves = np.array([[0, 1], [0, -1], [1, 0], [-1, 0], [0, 0], [0, 0]])
        self.pos = np.clip(self.pos + moves[a], -6, 6)
        self.turn += 1
        self.hp -= (self.rng.random(self.n) < 0.05 * self.depth) * self.rng.integers(1, 4, self.n)
        quaff = (a == 4) & (self.flasks > 0)
        self.flasks -= quaff
        self.hp = np.minimum(12, self.hp + 5 * quaff)
        down = (a == 5) & (self.pos == self.stairs).all(1)
        self.depth += down
        gain = down.astype(np.float32)
        over = (self.hp <= 0) | (self.turn >= 800) | (self.depth > 10)
        reached = self.depth.copy()
        for i in np.flatnonzero(down | over):
            self.pos[i] = 0
            self.stairs[i] = self.rng.integers(-6, 7, 2)
        for i in np.flatnonzero(over):
            self.hp[i], self.depth[i], self.turn[i], self.flasks[i] = 12, 1, 0, self.rng.integers(0, 3)
        return self._view(), gain, over, reached
