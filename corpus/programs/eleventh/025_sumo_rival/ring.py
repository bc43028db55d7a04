import numpy as np


class SumoRing:
    """Two robots push each other on a line, the wheels slip at random."""

    def __init__(self, seed=0, limit=250):
        self.rng = np.random.default_rng(seed)
        self.limit = limit

    def reset(self):
        self.x = np.array([-0.3, 0.3]) + self.rng.normal(0, 0.05, 2)
        self.v = np.zeros(2)
        self.t = 0
        return self._obs(0), self._obs(1)

    def _obs(self, who):
        sign = 1.0 if who == 0 else -1.0
        gap = self.x[1] - self.x[0]
        return np.array([sign * self.x[who], gap, sign * self.v[who]], dtype=np.float32)

    def step(self, push_a, push_b):
        force = np.array([push_a - 1, 1 - push_b], dtype=float)
        grip = self.rng.uniform(0.5, 1.0, 2)
        self.v = 0.9 * self.v + 0.05 * force * grip
        self.x += self.v
        if self.x[0] > self.x[1] - 0.1:
            mid = self.x.mean() + 0.03 * (force * grip).sum()
            self.x[:] = mid - 0.05, mid + 0.05
            self.v[:] = self.v.mean()
        self.t += 1
        reward = 0.0
        if self.x[1] > 1.0:
            reward = 1.0
        elif self.x[0] < -1.0:
            reward = -1.0
        done = reward != 0.0 or self.t >= self.limit
        return self._obs(0), self._obs(1), reward, done
