import math

import numpy as np


class Greenhouse:
    n_obs, n_act = 5, 4

    def __init__(self, seed=0, days=5):
        self.rng = np.random.RandomState(seed)
        self.length = days * 96

    def reset(self):
        self.t = 0
        self.temp, self.hum, self.soil = 18.0, 0.6, 20.0
        self.cloud = self.rng.rand()
        return self.sensors()

    def sensors(self):
        ph = 2 * math.pi * self.t / 96
        noise = self.rng.randn(2) * [0.3, 0.02]
        return np.array([(self.temp + noise[0] - 20) / 6, self.hum + noise[1], math.sin(ph), math.cos(ph), 1.0],
                        dtype=np.float32)

    def step(self, a):
        heat, vent = divmod(int(a), 2)
        sun = max(0.0, -math.cos(2 * math.pi * self.t / 96)) * (1 - 0.7 * self.cloud)
        self.cloud = float(np.clip(self.cloud + 0.05 * self.rng.randn(), 0, 1))
        self.soil += 0.02 * (self.temp - self.soil)
        self.temp += 1.2 * sun + 0.8 * heat - 0.9 * vent - 0.04 * (self.temp - 6) + 0.05 * (self.soil - self.temp)
        self.hum = float(np.clip(self.hum + 0.02 * sun - 0.05 * vent + 0.01, 0.2, 1.0))
        self.t += 1
        r = -abs(self.temp - 22) / 5 - 2 * max(0.0, self.hum - 0.85) - 0.1 * heat
        return self.sensors(), r, self.t >= self.length
