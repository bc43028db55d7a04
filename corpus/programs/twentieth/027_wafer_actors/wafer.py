import numpy as np


class WaferMap:
    """Walk over the dies of a wafer, decide which ones get a slow review."""

    def __init__(self, dies=120, budget=20, seed=0):
        self.rng = np.random.default_rng(seed)
        self.dies, self.budget = dies, budget

    def reset(self):
        self.i, self.left = 0, self.budget
        centre = self.rng.integers(self.dies)
        dist = np.abs(np.arange(self.dies) - centre)
        p = np.clip(0.5 * np.exp(-dist / 6.0) + 0.02, 0, 1)
        self.bad = self.rng.random(self.dies) < p
        return self._obs()

    def _obs(self):
        fast = float(self.bad[self.i]) + self.rng.normal(0, 0.6)
        return np.array([fast, self.i / self.dies, self.left / self.budget], dtype=np.float32)

    def step(self, review):
        reward = 0.0
        if review and self.left > 0:
            self.left -= 1
            reward = 1.0 if self.bad[self.i] else -0.1
        self.i += 1
        done = self.i >= self.dies
        if done:
            self.i = self.dies - 1
        return self._obs(), reward, done
