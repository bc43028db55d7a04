import numpy as np


class Towers:
    """Seven base stations; each step switch one sleeper on or off or do nothing. Episode: one day in 5 minute steps."""

    K = 7
    num_inputs, num_actions = 2 * K + 2, K + 1

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.t = 0
        self.on = np.ones(self.K)
        self.peak = self.rng.uniform(0.4, 1.0, self.K)
        return self._obs()

    def _load(self):
        day = 0.5 - 0.5 * np.cos(2 * np.pi * self.t / 288)
        return np.clip(self.peak * day + self.rng.normal(0, 0.05, self.K), 0, 1.5)

    def _obs(self):
        self.load = self._load()
        ang = 2 * np.pi * self.t / 288
        return np.concatenate([self.on, self.load * self.on, [np.sin(ang), np.cos(ang)]]).astype(np.float32)

    def step(self, a):
        if a < self.K:
            self.on[a] = 1 - self.on[a]
        served = min(self.load.sum(), 1.4 * self.on.sum())
        drop = self.load.sum() - served
        r = -0.05 * self.on.sum() - 1.0 * drop
        self.t += 1
        return self._obs(), r, self.t >= 288
