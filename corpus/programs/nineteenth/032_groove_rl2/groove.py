import numpy as np


class Listener:
    """One listener with hidden tastes over 12 drum patterns. A session is one trial of the meta-learner."""

    PATTERNS = 12

    def __init__(self, rng, bars=64):
        self.rng, self.bars = rng, bars

    def reset(self):
        centre = self.rng.integers(self.PATTERNS)
        d = np.abs(np.arange(self.PATTERNS) - centre)
        d = np.minimum(d, self.PATTERNS - d)
        self.taste = np.exp(-0.5 * d)
        self.bored = np.zeros(self.PATTERNS)
        self.bar = 0

    def hear(self, pattern):
        p = self.taste[pattern] * (1 - self.bored[pattern])
        nod = float(self.rng.random() < p)
        self.bored *= 0.9
        self.bored[pattern] += 0.05
        self.bar += 1
        return nod, self.bar >= self.bars
