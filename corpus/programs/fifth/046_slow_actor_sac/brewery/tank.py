import numpy as np


class Tank:
    """Temperature profile of a fermentation tank; the yeast's activity is hidden."""

    n_obs, n_act = 3, 1

    def __init__(self, seed=0, length=240):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def reset(self):
        self.temp, self.yeast, self.sugar, self.t = 12.0, self.rng.uniform(0.5, 1.5), 1.0, 0
        return self._obs()

    def _obs(self):
        return np.array([(self.temp - 15) / 5, self.t / self.length, self.rng.normal(0, 0.05)], dtype=np.float32)

    def step(self, u):
        rate = self.yeast * self.sugar * np.exp(-(((self.temp - 18) / 6) ** 2))
        self.sugar = max(0.0, self.sugar - 0.01 * rate)
        self.temp += 0.5 * rate + 0.6 * float(u) - 0.02 * (self.temp - 10)
        off = max(0.0, self.temp - 22)
        self.t += 1
        return self._obs(), float(0.1 * rate - 0.05 * off - 0.01 * abs(u)), self.t >= self.length
