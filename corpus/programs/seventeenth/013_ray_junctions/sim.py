import numpy as np


class Corridor:
    def __init__(self, n, seed, horizon=1440):
        self.n, self.horizon = n, horizon
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.q = self.rng.integers(0, 5, (self.n, 4)).astype(float)
        self.phase, self.t = np.zeros(self.n, int), 0
        return self._obs()

    def _obs(self):
        tod = np.full((self.n, 1), self.t / self.horizon)
        return np.concatenate([self.q / 15, np.eye(4)[self.phase], tod], 1).astype(np.float32)

    def step(self, phase):
        loss = np.where(phase == self.phase, 0, 1)
        self.phase = phase
        self.q += self.rng.poisson(0.8, self.q.shape)
        rows = np.arange(self.n)
        out = np.minimum(self.q[rows, phase], 4 - loss)
        self.q[rows, phase] -= out
        self.q[1:, 0] += 0.3 * out[:-1]
        self.t += 1
        return self._obs(), (-self.q.sum(1) / 20).astype(np.float32), self.t >= self.horizon
