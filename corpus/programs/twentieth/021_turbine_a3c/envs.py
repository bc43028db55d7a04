import numpy as np


class TidalArray:
    """Three turbines in a channel share the wake. An episode is one tide (six hours in steps of 3 min)."""

    n_obs, n_actions, steps = 7, 8, 120

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.k = 0
        self.spring = self.rng.uniform(1.5, 3.5)
        self.swell = self.rng.uniform(0, 0.4)
        self.on = np.zeros(3)
        self.heat = np.zeros(3)
        return self._measure()

    def _speed(self):
        return self.spring * np.sin(np.pi * self.k / self.steps)

    def _measure(self):
        speed = self._speed() + self.swell * self.rng.randn()
        return np.concatenate([[speed / 3], self.on, self.heat]).astype(np.float32)

    def step(self, action):
        new = np.array([action >> i & 1 for i in range(3)], dtype=float)
        switching = np.abs(new - self.on).sum()
        self.on = new
        speed, power = self._speed(), 0.0
        for i in range(3):
            if self.on[i]:
                p = min(1.0, speed ** 3 / 15)
                power += p * (self.heat[i] < 1)
                speed *= 0.88
                self.heat[i] += 0.05 * p
            self.heat[i] = max(0.0, self.heat[i] - 0.02)
        self.k += 1
        reward = power / 3 - 0.05 * switching - 0.5 * (self.heat > 1).sum()
        return self._measure(), reward, self.k >= self.steps
