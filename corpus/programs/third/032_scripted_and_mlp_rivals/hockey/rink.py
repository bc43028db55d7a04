import numpy as np


class Rink:
    def __init__(self, n, size=8, limit=80, seed=0):
        self.n, self.size, self.limit = n, size, limit
        self.rng = np.random.default_rng(seed)
        self.moves = np.array([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])
        self.s, self.g = np.zeros((n, 2), int), np.zeros((n, 2), int)
        self.t = np.zeros(n, int)

    def _begin(self, idx):
        self.s[idx] = np.stack([np.zeros(len(idx)), self.rng.integers(0, self.size, len(idx))], 1)
        self.g[idx] = [self.size - 1, self.size // 2]
        self.t[idx] = 0

    def views(self):
        d = (self.g - self.s) / self.size
        seen = (np.abs(d) < 0.4).all(1, keepdims=True)
        striker = np.hstack([self.s / self.size, np.where(seen, d, 0), seen])
        goalie = np.hstack([self.g / self.size, -d, seen])
        return striker.astype(np.float32), goalie.astype(np.float32)

    def reset(self):
        self._begin(np.arange(self.n))
        return self.views()

    def step(self, a_s, a_g):
        self.s = np.clip(self.s + self.moves[a_s], 0, self.size - 1)
        self.g = np.clip(self.g + self.moves[a_g], 0, self.size - 1)
        self.t += 1
        saved = (self.s == self.g).all(1)
        goal = ~saved & (self.s[:, 0] == self.size - 1)
        done = saved | goal | (self.t >= self.limit)
        self._begin(np.flatnonzero(done))
        return self.views(), goal.astype(np.float32) - saved, done
