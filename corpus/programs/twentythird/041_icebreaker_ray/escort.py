import numpy as np


class Escort:
    """An ice-breaker leads a convoy along a channel: choose heading/speed, do not lose the ships."""

    obs_dim, n_act = 9, 6

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x, self.gap, self.t = 0.0, np.array([0.3, 0.6, 0.9]), 0
        self.ice = self.rng.uniform(0, 1, (3,))
        return self._o()

    def _o(self):
        seen = self.ice * (self.rng.random(3) > 0.4)
        return np.concatenate([seen, self.gap, [self.x / 100, self.t / 1000, 1]]).astype(np.float32)

    def step(self, a):
        lane, fast = a // 2, a % 2
        v = (0.2 + 0.3 * fast) * (1.1 - self.ice[lane])
        self.x += v
        self.gap = np.clip(self.gap + v - 0.25 + self.rng.normal(0, 0.02, 3), 0.05, 3.0)
        self.ice = np.clip(self.ice + self.rng.normal(0, 0.1, 3), 0, 1)
        self.t += 1
        lost = bool(self.gap.max() > 2.5)
        done = lost or self.x >= 100 or self.t >= 1000
        return self._o(), v - 0.2 * (self.gap.min() < 0.1) - 20.0 * lost, done
