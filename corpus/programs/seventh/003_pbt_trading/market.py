import numpy as np


class IntradayMarket:
    """One synthetic trading day of minute bars; actions are short / flat / long."""

    MINUTES = 390

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 5

    def reset(self):
        drift = self.rng.normal(0, 2e-5)
        self.returns = self.rng.normal(drift, 8e-4, size=self.MINUTES + 1).astype(np.float32)
        self.minute = 0
        self.position = 0
        return self._obs()

    def _obs(self):
        t = self.minute
        last = self.returns[t]
        window = self.returns[max(0, t - 10):t + 1]
        return np.array([last * 1e3, window.mean() * 1e3, window.std() * 1e3,
                         self.position, t / self.MINUTES], dtype=np.float32)

    def step(self, action):
        new_position = action - 1
        cost = 1e-4 * abs(new_position - self.position)
        self.position = new_position
        self.minute += 1
        pnl = float(self.position * self.returns[self.minute]) - cost
        return self._obs(), pnl * 1e3, self.minute >= self.MINUTES
