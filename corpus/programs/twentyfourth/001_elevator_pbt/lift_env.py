import numpy as np


class LiftBank:
    """n independent buildings with one lift each; a day is cut off after `horizon` steps."""

    UP, DOWN, OPEN = 0, 1, 2

    def __init__(self, n, floors=8, horizon=400, rate=0.06, seed=0):
        self.n, self.floors, self.horizon, self.rate = n, floors, horizon, rate
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 2 * floors + 1
        self.n_actions = 3

    def reset(self):
        self.pos = np.zeros(self.n, dtype=int)
        self.waiting = np.zeros((self.n, self.floors), dtype=np.float32)
        self.load = np.zeros(self.n, dtype=np.float32)
        self.t = self.rng.integers(0, self.horizon, self.n)
        return self._obs()

    def _obs(self):
        where = np.eye(self.floors, dtype=np.float32)[self.pos]
        return np.concatenate([where, (self.waiting > 0).astype(np.float32), self.load[:, None]], 1)

    def step(self, act):
        self.waiting += self.rng.random(self.waiting.shape) < self.rate
        self.pos = np.clip(self.pos + (act == self.UP) - (act == self.DOWN), 0, self.floors - 1)
        rows = np.arange(self.n)
        opened = act == self.OPEN
        served = self.waiting[rows, self.pos] * opened
        self.waiting[rows[opened], self.pos[opened]] = 0
        self.load = np.where(opened, 0.0, np.minimum(self.load + 0.1, 1.0)).astype(np.float32)
        reward = (served - 0.02 * self.waiting.sum(1)).astype(np.float32)
        self.t += 1
        done = self.t >= self.horizon
        if done.any():
            self.pos[done] = 0
            self.waiting[done] = 0
            self.load[done] = 0
            self.t[done] = 0
        return self._obs(), reward, done.astype(np.float32)
