import numpy as np


class KayakEnv:
    """Paddle left or right down a river, the current of the last bend is only felt through drift."""

    n_obs = 3
    n_act = 3

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.x, self.vx, self.s = 0.0, 0.0, 0
        self.current = self.rng.uniform(-0.1, 0.1)
        return self._obs()

    def _obs(self):
        return np.array([self.x, np.sin(self.s / 15), float(self.s % 2)], np.float32)

    def step(self, a):
        self.s += 1
        if self.s % 40 == 0:
            self.current = self.rng.uniform(-0.1, 0.1)
        self.vx += 0.05 * (a - 1) + 0.2 * (self.current - self.vx)
        self.x += self.vx
        crashed = abs(self.x) > 1.5
        reward = -5.0 if crashed else 0.1 - 0.1 * abs(self.x)
        return self._obs(), reward, crashed or self.s >= 400
