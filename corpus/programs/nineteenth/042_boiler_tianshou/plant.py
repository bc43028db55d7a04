import numpy as np


class HeatingPlant:
    """Staged boilers that feed a small town. Action: number of boilers on. One step is 15 minutes."""

    def __init__(self, temperature, max_boilers=4):
        self.temperature = temperature
        self.max_boilers = max_boilers
        self.obs_dim = 4

    def reset(self):
        self.t, self.store, self.on = 0, 0.5, 1
        return self._obs()

    def _obs(self):
        out = self.temperature[min(self.t, len(self.temperature) - 1)]
        angle = 2 * np.pi * (self.t % 96) / 96
        return np.array([out / 20, np.sin(angle), np.cos(angle), self.store], np.float32)

    def step(self, n):
        out = self.temperature[self.t]
        morning = 0.6 if 24 <= self.t % 96 < 36 else 0.0
        demand = 0.1 * max(0, 17 - out) + morning
        self.store += 0.02 * (n - demand)
        shortage = max(0.0, -self.store)
        spill = max(0.0, self.store - 1)
        self.store = float(np.clip(self.store, 0, 1))
        starts = max(0, n - self.on)
        self.on = n
        self.t += 1
        cost = 0.1 * n + 0.5 * starts + 50 * shortage + 5 * spill
        return self._obs(), -cost, self.t >= len(self.temperature)
