import numpy as np


class PegVec:
    """Planar peg-in-hole with contact noise, `n` arms at a time, auto-reset."""

    obs_dim = 6
    act_dim = 3

    def __init__(self, n, seed, limit=200):
        self.n, self.limit = n, limit
        self.rng = np.random.default_rng(seed)
        self.tip = np.zeros((n, 3), np.float32)
        self.hole = np.zeros((n, 2), np.float32)
        self.age = np.zeros(n, int)

    def _place(self, idx):
        k = len(idx)
        self.tip[idx] = self.rng.uniform(-1, 1, (k, 3))
        self.tip[idx, 2] = 1.0
        self.hole[idx] = self.rng.uniform(-0.5, 0.5, (k, 2))
        self.age[idx] = 0

    def reset(self):
        self._place(np.arange(self.n))
        return self._sense()

    def _sense(self):
        gap = self.hole - self.tip[:, :2]
        touching = self.tip[:, 2] < 0.05
        force = gap * touching[:, None] + self.rng.normal(0, 0.05, gap.shape)
        return np.concatenate([self.tip, force, touching[:, None]], 1).astype(np.float32)

    def step(self, u):
        self.tip += 0.05 * np.clip(u, -1, 1)
        gap = np.linalg.norm(self.hole - self.tip[:, :2], axis=1)
        aligned = gap < 0.04
        self.tip[:, 2] = np.where(aligned, self.tip[:, 2], np.maximum(self.tip[:, 2], 0.0))
        won = aligned & (self.tip[:, 2] < -0.1)
        rew = (-0.02 * gap + won).astype(np.float32)
        self.age += 1
        done = won | (self.age >= self.limit)
        if done.any():
            self._place(np.flatnonzero(done))
        return self._sense(), rew, done
