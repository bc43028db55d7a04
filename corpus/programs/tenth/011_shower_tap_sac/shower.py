import numpy as np


class Shower:
    """Set the mixer tap; the water takes a few steps through the hose before it is felt."""

    def __init__(self, delay=6, limit=200):
        self.delay, self.limit = delay, limit

    def reset(self):
        self.t = 0
        self.tap = np.random.uniform(0, 1)
        self.boiler = np.random.uniform(50, 70)
        self.hose = [20.0] * self.delay
        return self._obs()

    def _obs(self):
        return np.array([(self.hose[0] - 38) / 20, self.tap], dtype=np.float32)

    def step(self, a):
        self.t += 1
        self.tap = float(np.clip(self.tap + 0.1 * a, 0, 1))
        self.boiler = float(np.clip(self.boiler + np.random.normal(0, 0.5), 45, 75))
        self.hose = self.hose[1:] + [10 + self.tap * (self.boiler - 10)]
        return self._obs(), -abs(self.hose[0] - 38) / 20, self.t >= self.limit
