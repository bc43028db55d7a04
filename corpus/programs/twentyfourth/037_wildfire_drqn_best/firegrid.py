import numpy as np


class FireGrid:
    """A tower camera pans over 12 sectors; fires start at random and spread until spotted."""

    SECTORS = 12

    def __init__(self, length=200, seed=0):
        self.length = length
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.fire = np.zeros(self.SECTORS)
        self.at, self.t = 0, 0
        return self._look(0.0)

    def _look(self, reported):
        smoke = self.fire[self.at] + self.rng.normal(0, 0.15)
        pan = 2 * np.pi * self.at / self.SECTORS
        return np.array([smoke, np.sin(pan), np.cos(pan), reported], dtype=np.float32)

    def step(self, a):
        # 0 left, 1 right, 2 stay, 3 report
        if self.rng.random() < 0.03:
            self.fire[self.rng.integers(self.SECTORS)] += 0.2
        self.fire = np.minimum(1.0, self.fire * 1.05)
        reward, reported = -0.02 * self.fire.sum(), 0.0
        if a == 3:
            reward += 2.0 if self.fire[self.at] > 0.1 else -0.5
            self.fire[self.at] = 0.0
            reported = 1.0
        elif a != 2:
            self.at = (self.at + (1 if a == 1 else -1)) % self.SECTORS
        self.t += 1
        return self._look(reported), reward, self.t >= self.length
