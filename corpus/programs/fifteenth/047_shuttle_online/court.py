import numpy as np


class Court:
    """Badminton robot on a rail: see the shuttle every few frames, choose where to stand and when to swing."""

    n_obs, n_act = 5, 4   # left, stay, right, swing

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x, self.hits, self.t = 0.5, 0, 0
        self._serve()
        return self._obs()

    def _serve(self):
        self.land = self.rng.uniform(0.05, 0.95)
        self.from_x = self.rng.uniform(0, 1)
        self.fly = int(self.rng.integers(12, 25))
        self.k = 0

    def _obs(self):
        p = self.k / self.fly
        seen = self.k % 4 == 0
        sx = self.from_x + p * (self.land - self.from_x) + self.rng.normal(0, 0.02)
        sy = 4 * p * (1 - p)
        return np.array([self.x, sx * seen, sy * seen, seen, min(self.hits, 20) / 20], np.float32)

    def step(self, a):
        r, done = 0.0, False
        self.t += 1
        self.k += 1
        if a in (0, 2):
            self.x = min(1.0, max(0.0, self.x + 0.05 * (a - 1)))
        elif a == 3:
            r -= 0.05
            if self.fly - self.k <= 2 and abs(self.x - self.land) < 0.08:
                r += 1.0
                self.hits += 1
                self._serve()
        if self.k >= self.fly:
            r, done = r - 1.0, True
        return self._obs(), r, done or self.t >= 1000
