import numpy as np


class Field(object):
    """Soil moisture of one plot over a dry season, with a drifting sensor."""

    n_obs, n_act, days = 3, 4, 90

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.day = 0
        self.moist = self.rng.uniform(0.3, 0.6)
        self.bias = self.rng.normal(0, 0.08)
        self.sand = self.rng.uniform(0.02, 0.07)
        return self._obs()

    def _obs(self):
        self.rain = max(0.0, self.rng.normal(-0.05, 0.06))
        return np.array([self.moist + self.bias + self.rng.normal(0, 0.02), self.rain * 5, self.day / self.days], np.float32)

    def step(self, a):
        self.moist += 0.04 * a + self.rain - self.sand
        self.moist = float(np.clip(self.moist, 0, 1))
        self.day += 1
        r = -abs(self.moist - 0.45) * 2 - 0.03 * a
        return self._obs(), r, self.day >= self.days
