import numpy as np


class VecTMaze:
    """A cue at the start says which way to turn at the end. Finished mazes restart at once."""

    n_obs, n_act = 4, 4

    def __init__(self, n, length, seed):
        self.n, self.length = n, length
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x = np.zeros(self.n, dtype=int)
        self.t = np.zeros(self.n, dtype=int)
        self.cue = self.rng.integers(2, size=self.n)
        return self._obs()

    def _obs(self):
        o = np.zeros((self.n, 4), dtype=np.float32)
        o[:, 0] = (self.x == 0) & (self.cue == 0)
        o[:, 1] = (self.x == 0) & (self.cue == 1)
        o[:, 2] = (self.x > 0) & (self.x < self.length)
        o[:, 3] = self.x == self.length
        return o

    def step(self, a):
        at_end = self.x == self.length
        move = (a == 0).astype(int) - (a == 1).astype(int)
        self.x = np.where(at_end, self.x, np.clip(self.x + move, 0, self.length))
        self.t += 1
        turned = at_end & (a >= 2)
        right = turned & ((a - 2) == self.cue)
        r = np.where(right, 1.0, np.where(turned, -0.2, -0.01)).astype(np.float32)
        done = turned | (self.t >= 4 * self.length)
        k = int(done.sum())
        self.x[done] = 0
        self.t[done] = 0
        self.cue[done] = self.rng.integers(2, size=k)
        return self._obs(), r, done.astype(np.float32)
