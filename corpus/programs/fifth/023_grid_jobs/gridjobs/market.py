import numpy as np


class Market:
    def __init__(self, seed, hours=24 * 14):
        r = np.random.default_rng(seed)
        t = np.arange(hours + 1)
        self.price = 50 + 20 * np.sin(2 * np.pi * (t - 8) / 24) + r.normal(0, 6, hours + 1)
        self.load = 30 + 8 * np.sin(2 * np.pi * (t - 6) / 24) + r.normal(0, 2, hours + 1)
        self.hours = hours

    def reset(self):
        self.t, self.soc = 0, 0.5
        return self._obs()

    def _obs(self):
        h = 2 * np.pi * self.t / 24
        return np.array([self.price[self.t] / 100, self.load[self.t] / 50, self.soc, np.sin(h), np.cos(h)], np.float32)

    def step(self, a):
        delta = (0.1, 0.0, -0.1)[a]
        delta = float(np.clip(delta, -self.soc, 1 - self.soc))
        self.soc += delta
        profit = -delta * self.price[self.t]
        self.t += 1
        return self._obs(), profit, self.t >= self.hours
