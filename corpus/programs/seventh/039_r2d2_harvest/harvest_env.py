import numpy as np


class HarvestEnv:
    """A tractor on a strip of fields; ripeness is only visible at the tractor's own place."""

    n_actions = 3
    obs_dim = 4

    def __init__(self, n_fields=10, horizon=200, seed=None):
        self.n = n_fields
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.ripe = self.rng.uniform(0, 1, self.n)
        self.growth = self.rng.uniform(0.005, 0.03, self.n)
        self.pos = self.n // 2
        self.t = 0
        return self._obs()

    def step(self, action):
        reward = 0.0
        if action == 2:
            reward = float(self.ripe[self.pos] ** 2)
            self.ripe[self.pos] = 0.0
        else:
            self.pos = int(np.clip(self.pos + (1 if action == 1 else -1), 0, self.n - 1))
        self.ripe = np.minimum(1.0, self.ripe + self.growth)
        self.t += 1
        return self._obs(), reward, self.t >= self.horizon

    def _obs(self):
        return np.array([self.pos / self.n, self.ripe[self.pos], self.t / self.horizon, 1.0], dtype=np.float32)
