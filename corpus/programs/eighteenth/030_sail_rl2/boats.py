import numpy as np


class SailTrials:
    """n boats. A trial is one body of water (current, wind bias and gusts fixed) with four legs to sail on it."""

    def __init__(self, n, legs=4, leg_steps=80, seed=0):
        self.n, self.trial_len, self.leg_steps = n, legs * leg_steps, leg_steps
        self.rng = np.random.default_rng(seed)
        self.n_act, self.obs_dim = 3, 5 + 3 + 2
        self.cur, self.wind = np.zeros((n, 2)), np.zeros(n)
        self.k = self.rng.integers(0, self.trial_len, n)
        self.p, self.head, self.mark = np.zeros((n, 2)), np.zeros(n), np.zeros((n, 2))
        self._water(np.arange(n))
        self._leg(np.arange(n))

    def _water(self, i):
        self.cur[i] = self.rng.normal(0, 0.01, (len(i), 2))
        self.wind[i] = self.rng.uniform(-np.pi, np.pi, len(i))

    def _leg(self, i):
        self.p[i] = 0
        self.head[i] = self.rng.uniform(-np.pi, np.pi, len(i))
        self.mark[i] = self.rng.uniform(-1, 1, (len(i), 2))

    def first(self):
        return self._pack(np.zeros((self.n, 3)), np.zeros(self.n), np.ones(self.n))

    def _pack(self, last_a, last_r, new_leg):
        rel = self.mark - self.p
        base = np.stack([rel[:, 0], rel[:, 1], np.sin(self.head), np.cos(self.head), self.k % self.leg_steps / 80], 1)
        return np.concatenate([base, last_a, last_r[:, None], new_leg[:, None]], 1).astype(np.float32)

    def step(self, a):
        self.head += (a - 1) * 0.2
        angle = np.abs((self.head - self.wind + np.pi) % (2 * np.pi) - np.pi)
        speed = 0.05 * np.clip(np.sin(angle) + 0.2, 0, 1) * (angle > 0.6)
        before = np.linalg.norm(self.mark - self.p, axis=1)
        self.p += speed[:, None] * np.stack([np.cos(self.head), np.sin(self.head)], 1) + self.cur
        r = 5 * (before - np.linalg.norm(self.mark - self.p, axis=1))
        self.k += 1
        over = self.k >= self.trial_len
        self.k[over] = 0
        leg = self.k % self.leg_steps == 0
        self._water(np.flatnonzero(over))
        self._leg(np.flatnonzero(leg))
        return self._pack(np.eye(3)[a], r, leg.astype(float)), r.astype(np.float32), over
