import numpy as np


class LockerRooms:
    """A batch of tasks. In each one locker of `k` holds the key; it stays there for the whole trial.

    An episode is a walk of at most `walk` moves; a trial is `episodes` of them in the same room.
    """

    def __init__(self, batch, k=8, walk=12, episodes=4, seed=0):
        self.batch, self.k, self.walk, self.episodes = batch, k, walk, episodes
        self.rng = np.random.default_rng(seed)
        self.obs_dim = k + 4
        self.n_actions = 3
        self.pos = np.zeros(batch, int)
        self.t = np.zeros(batch, int)

    def new_task(self):
        self.key = self.rng.integers(0, self.k, self.batch)
        self.episode = np.zeros(self.batch, int)
        self._door(np.arange(self.batch))
        return self._pack(np.full(self.batch, 2), np.zeros(self.batch), np.zeros(self.batch))

    def _door(self, rows):
        self.pos[rows] = self.k // 2
        self.t[rows] = 0

    def _pack(self, a, r, d):
        place = np.eye(self.k)[self.pos]
        acts = np.eye(3)[a][:, :2]
        return np.concatenate([place, acts, r[:, None], d[:, None]], 1).astype(np.float32)

    def step(self, a):
        self.pos = np.where(a == 0, (self.pos - 1) % self.k, np.where(a == 1, (self.pos + 1) % self.k, self.pos))
        found = (a == 2) & (self.pos == self.key)
        r = found * 1.0 - 0.02 - 0.1 * ((a == 2) & ~found)
        self.t += 1
        d = found | (self.t >= self.walk)
        if d.any():
            self.episode[d] += 1
            self._door(np.flatnonzero(d))
        return self._pack(a, r, d * 1.0), r, d

    @property
    def live(self):
        return self.episode < self.episodes
