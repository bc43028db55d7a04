import numpy as np


class WaterTown:
    """Three tanks fed by two pumps; demand is not metered, only tank levels and the tariff are read."""

    n_obs, n_act = 4, 4

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.reset()

    def reset(self):
        self.t = 0
        self.level = self.rng.uniform(0.4, 0.8, 3)
        self.people = self.rng.uniform(0.6, 1.4, 3)
        return self.read()

    def read(self):
        return np.append(self.level, float(7 <= self.hour <= 21)).astype(np.float32)

    @property
    def hour(self):
        return (self.t / 12) % 24

    def step(self, a):
        on = np.array([a & 1, a >> 1], dtype=float)
        use = 0.01 * self.people * (1 + 0.8 * np.sin((self.hour - 4) / 24 * 2 * np.pi))
        self.level += np.array([0.02 * on[0], 0.01 * on.sum(), 0.02 * on[1]]) - use
        spill = np.maximum(self.level - 1, 0).sum()
        dry = np.maximum(0.1 - self.level, 0).sum()
        self.level = np.clip(self.level, 0, 1)
        price = 0.06 if 7 <= self.hour <= 21 else 0.03
        self.t += 1
        return self.read(), -price * on.sum() - spill - 5 * dry, self.t >= 12 * 24 * 3
