import numpy as np


class TollBridge:
    """How many of the six toll booths are staffed; arrivals follow a hidden regime."""

    RATES = (2.0, 5.0, 9.0)

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.regime = self.rng.integers(3)
        self.queue = 0
        self.passed = 0
        self.minute = 0
        return self.observe()

    def observe(self):
        return np.array([min(self.queue, 60) / 60, self.passed / 12], dtype=np.float32)

    def step(self, booths):
        if self.rng.random() < 0.03:
            self.regime = self.rng.integers(3)
        self.queue += self.rng.poisson(self.RATES[self.regime])
        self.passed = min(self.queue, 2 * (booths + 1))
        self.queue -= self.passed
        self.minute += 1
        cost = 0.02 * self.queue + 0.1 * (booths + 1)
        return self.observe(), -cost, self.minute == 240
