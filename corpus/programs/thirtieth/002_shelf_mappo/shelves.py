import numpy as np


class ShelfVec:
    """n_threads copies of a grid in which pickers bring totes to a dock."""

    def __init__(self, n_threads, n_pickers, size=9, horizon=120, seed=1):
        self.n, self.m, self.size, self.horizon = n_threads, n_pickers, size, horizon
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_actions = 6, 5
        self.moves = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])

    def _fresh(self, i):
        self.pos[i] = self.rng.integers(0, self.size, (self.m, 2))
        self.goal[i] = self.rng.integers(0, self.size, (self.m, 2))
        self.laden[i] = 0
        self.t[i] = 0

    def reset(self):
        self.pos = np.zeros((self.n, self.m, 2), int)
        self.goal = np.zeros((self.n, self.m, 2), int)
        self.laden = np.zeros((self.n, self.m), int)
        self.t = np.zeros(self.n, int)
        for i in range(self.n):
            self._fresh(i)
        return self._obs()

    def _obs(self):
        near = np.abs(self.goal - self.pos).sum(-1, keepdims=True) < 3
        o = np.concatenate([self.pos, self.goal * near, near, self.laden[..., None]], -1)
        return o.astype(np.float32) / self.size

    def step(self, actions):
        self.pos = np.clip(self.pos + self.moves[actions], 0, self.size - 1)
        rew = np.zeros((self.n, self.m), np.float32) - 0.01
        hit = (self.pos == self.goal).all(-1) & (self.laden == 0)
        dock = (self.pos == 0).all(-1) & (self.laden == 1)
        rew += hit * 0.5 + dock * 1.0
        self.laden = np.where(hit, 1, np.where(dock, 0, self.laden))
        self.t += 1
        done = self.t >= self.horizon
        for i in np.flatnonzero(done):
            self._fresh(i)
        team = rew.mean(1, keepdims=True).repeat(self.m, 1)
        return self._obs(), team, done
