import numpy as np


class Fermenter:
    """Temperature control over a ten day ale fermentation, one step = 30 min."""

    n_obs, n_act, length = 5, 5, 480

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.t, self.temp, self.gravity = 0, 18.0, 1.052
        self.yeast = self.rng.uniform(0.7, 1.3)
        self.jacket = 0.0
        return self.obs()

    def obs(self):
        g = self.gravity + self.rng.normal(0, 5e-4)
        return np.array([self.temp / 20, (g - 1.01) * 20, self.jacket, self.t / self.length, 1.0], np.float32)

    def step(self, a):
        self.jacket = (a - 2) / 2
        rate = self.yeast * np.exp(-((self.temp - 20) / 4) ** 2)
        drop = 2e-4 * rate * max(0, (self.gravity - 1.01) / 0.04)
        self.gravity -= drop
        self.temp += 0.2 * self.jacket + 400 * drop * 0.5 - 0.01 * (self.temp - 16)
        off = max(0, abs(self.temp - 19.5) - 1.0)
        self.t += 1
        return self.obs(), 1000 * drop - 0.1 * off, self.t >= self.length
