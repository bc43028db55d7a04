import numpy as np


class ParentOrder:
    """Sell `size` lots within `steps` slices; impact is partly transient and not observed."""

    def __init__(self, size=100, steps=60, seed=None):
        self.size, self.steps = size, steps
        self.rng = np.random.default_rng(seed)
        self.child_sizes = [0, 1, 2, 4, 8]

    def reset(self):
        self.left = self.size
        self.t = 0
        self.mid = 100.0
        self.transient = 0.0
        self.regime = self.rng.choice([0.6, 1.0, 1.8])
        self.spread = 0.02
        self.last_ret = 0.0
        return self._features()

    def _features(self):
        return np.array(
            [self.left / self.size, 1 - self.t / self.steps, self.spread * 20, self.last_ret * 10], np.float32
        )

    def step(self, k):
        q = min(self.child_sizes[k], self.left)
        if self.t == self.steps - 1:
            q = self.left
        self.transient = 0.7 * self.transient + 0.004 * q * self.regime
        price = self.mid - self.transient - 0.002 * q * q * self.regime / 8 - self.spread / 2
        before = self.mid
        self.mid += self.rng.normal(0, 0.03 * self.regime) - 0.0005 * q
        self.last_ret = self.mid - before
        self.spread = abs(0.02 * self.regime + self.rng.normal(0, 0.004))
        self.left -= q
        self.t += 1
        reward = q * (price - 100.0) / self.size
        done = self.left == 0 or self.t == self.steps
        return self._features(), reward, done
