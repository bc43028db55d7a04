import numpy as np


class Home:
    """Solar roof, 10 kWh battery, tariff with two levels. One episode is two days of half hours."""

    N_OBS, N_ACT, LENGTH = 5, 3, 96

    def __init__(self, rng):
        self.rng = rng

    def reset(self):
        self.t, self.soc = 0, 5.0
        self.weather = self.rng.uniform(0.2, 1.0)
        return self._obs()

    def _obs(self):
        hour = self.t / 2 % 24
        self.sun = self.weather * max(0.0, np.sin((hour - 6) / 12 * np.pi)) * 4
        self.load = 0.4 + 1.2 * np.exp(-((hour - 19) ** 2) / 6) + self.rng.exponential(0.2)
        self.price = 0.32 if 7 <= hour < 21 else 0.18
        return np.array([self.soc / 10, self.sun / 4, self.load, self.price, hour / 24], np.float32)

    def step(self, action):
        want = (-1.5, 0.0, 1.5)[action]
        flow = float(np.clip(want, -self.soc, 10 - self.soc))
        grid = self.load - self.sun + flow
        money = -grid * self.price if grid > 0 else -grid * 0.08
        self.soc += 0.95 * flow if flow > 0 else flow
        self.t += 1
        return self._obs(), money, self.t == self.LENGTH
