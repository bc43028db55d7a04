import random

import numpy as np


class Trough:
    """Leaf moisture has to fall from ~0.78 to 0.62 in 15 h without scorching. Moisture itself is not measured."""

    obs_dim = 4
    n_actions = 6  # fan off/low/high x heater off/on

    def __init__(self, seed=0):
        self.rng = random.Random(seed)

    def reset(self):
        self.m = self.rng.uniform(0.75, 0.80)
        self.rh = self.rng.uniform(0.6, 0.95)
        self.air = 0.5
        self.t = 0
        return self._obs()

    def _obs(self):
        exhaust = self.rh * 0.5 + self.m * 0.5 + self.rng.gauss(0, 0.02)
        return np.array([exhaust, self.rh, self.air, self.t / 90], dtype=np.float32)

    def step(self, a):
        fan, heat = a % 3, a // 3
        self.air += 0.2 * ((0.3 + 0.5 * heat) - self.air)
        self.rh = min(1.0, max(0.3, self.rh + self.rng.gauss(0, 0.01)))
        self.m -= 0.0012 * fan * (1.2 - self.rh) * (1 + self.air)
        self.t += 1
        r = -0.005 * fan - 0.01 * heat - (0.05 if self.air > 0.75 else 0.0)
        done = self.t >= 90
        if done:
            r += 5.0 - 60.0 * abs(self.m - 0.62)
        return self._obs(), r, done
