import numpy as np


class RipeningRoom:
    """Very rough model of one ripening room full of washed-rind wheels."""

    def __init__(self, days=45, seed=None):
        self.days = days
        self.rng = np.random.default_rng(seed)
        self.actions = [(-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)]

    def reset(self):
        self.t = 0
        self.temp = 12.0 + self.rng.normal(0, 0.5)
        self.hum = 92.0 + self.rng.normal(0, 1.5)
        self.rind = 0.0
        self.mould = self.rng.uniform(0.01, 0.05)
        return self._obs()

    def _obs(self):
        return np.array([self.temp / 20, self.hum / 100, self.rind, self.mould, self.t / self.days],
                        dtype=np.float32)

    def step(self, a):
        dt, dh = self.actions[a]
        self.temp += 0.4 * dt + self.rng.normal(0, 0.1)
        self.hum += 0.8 * dh + self.rng.normal(0, 0.3)
        good = np.exp(-((self.temp - 13) ** 2) / 4 - ((self.hum - 95) ** 2) / 9)
        self.rind += good / self.days
        self.mould *= 1.0 + 0.05 * max(0.0, self.hum - 96)
        self.t += 1
        reward = good - 0.5 * self.mould
        done = self.t >= self.days * 4
        return self._obs(), float(reward), done
