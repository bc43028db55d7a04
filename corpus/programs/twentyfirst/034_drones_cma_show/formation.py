import numpy as np


class Formation:
    def __init__(self, figure: np.ndarray, n_steps: int = 200, seed: int = 0):
        self.figure = figure
        self.n_steps = n_steps
        self.seed = seed

    def reset(self):
        rng = np.random.default_rng(self.seed)
        n = len(self.figure)
        self.rng = rng
        self.p = rng.uniform(-5, 5, (n, 3))
        self.p[:, 2] = 0
        self.v = np.zeros((n, 3))
        self.k = 0
        return self._obs()

    def _obs(self):
        frac = np.full((len(self.p), 1), self.k / self.n_steps)
        return np.hstack([self.figure - self.p, self.v, frac]).astype(np.float32)

    def step(self, a):
        self.v = 0.95 * self.v + 0.3 * a + self.rng.normal(0, 0.02, self.v.shape)
        self.p = self.p + 0.1 * self.v
        self.k += 1
        cost = np.linalg.norm(self.figure - self.p, axis=1).mean() + 0.05 * np.abs(a).mean()
        return self._obs(), cost, self.k >= self.n_steps
