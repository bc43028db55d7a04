import numpy as np


class Forest:
    n_obs, n_act = 12, 5
    MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))

    def __init__(self, seed, n=16, limit=600):
        self.rng = np.random.default_rng(seed)
        self.n, self.limit = n, limit

    def reset(self):
        self.burn = np.zeros((self.n, self.n), dtype=bool)
        self.r, self.c = self.n // 2, self.n // 2
        self.t = 0
        self.wind = self.rng.normal(0, 0.5, 2)
        return self._look()

    def _look(self):
        pad = np.pad(self.burn, 1)
        near = pad[self.r:self.r + 3, self.c:self.c + 3].reshape(-1)
        return np.concatenate([near, [self.r / self.n, self.c / self.n, self.t / self.limit]]).astype(np.float32)

    def step(self, a):
        dr, dc = self.MOVES[a]
        self.r = int(np.clip(self.r + dr, 0, self.n - 1))
        self.c = int(np.clip(self.c + dc, 0, self.n - 1))
        out = float(self.burn[self.r, self.c])
        self.burn[self.r, self.c] = False
        if self.rng.random() < 0.05:
            self.burn[tuple(self.rng.integers(0, self.n, 2))] = True
        for r, c in np.argwhere(self.burn):
            if self.rng.random() < 0.01:
                rr = int(np.clip(r + np.sign(self.wind[0] + self.rng.normal()), 0, self.n - 1))
                cc = int(np.clip(c + np.sign(self.wind[1] + self.rng.normal()), 0, self.n - 1))
                self.burn[rr, cc] = True
        self.t += 1
        share = self.burn.mean()
        return self._look(), out - 2.0 * share, bool(self.t >= self.limit or share > 0.5)
