import random

import numpy as np


class TramCrossing:
    """Signal priority for trams at one crossing. The loop detector fires once, 300 m before the stop line."""

    n_obs, n_act = 6, 2  # keep / switch

    def __init__(self, seed, horizon=900):
        self.rnd = random.Random(seed)
        self.horizon = horizon

    def reset(self):
        self.t, self.phase, self.since = 0, 0, 0
        self.cars = [0, 0]
        self.trams = []
        self.fired = 0.0
        return self._obs()

    def _obs(self):
        return np.array([self.phase, min(self.since, 60) / 60, self.cars[0] / 30, self.cars[1] / 30, self.fired,
                         self.t / self.horizon], dtype=np.float32)

    def step(self, action):
        self.t += 1
        self.since += 1
        self.fired = 0.0
        if action == 1 and self.since > 5:
            self.phase, self.since = 1 - self.phase, 0
        if self.rnd.random() < 0.01:
            self.trams.append(self.rnd.randint(25, 45))
            self.fired = 1.0
        self.trams = [d - 1 for d in self.trams]
        stuck = sum(d <= 0 for d in self.trams)
        if self.phase == 0 and self.since > 2:
            self.trams = [d for d in self.trams if d > 0]
        for k, rate in enumerate((0.25, 0.35)):
            self.cars[k] += self.rnd.random() < rate
            if self.phase == k and self.since > 2:
                self.cars[k] = max(0, self.cars[k] - 1)
        reward = -0.5 * stuck - 0.01 * sum(self.cars)
        return self._obs(), reward, self.t >= self.horizon
