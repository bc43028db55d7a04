import numpy as np


class FrequencyGrid:
    """Secondary frequency control. Never ends by itself, one episode = one day of 5 min steps."""

    n_obs = 5
    n_act = 5

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.df = 0.0
        self.reserve = 0.0
        self.wind = self.rng.uniform(0.2, 0.8)
        self.demand = self.rng.uniform(0.4, 0.6)
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array([self.df, self.reserve, self.wind, self.demand, self.t / 288.0], dtype=np.float32)

    def step(self, a):
        self.reserve = np.clip(self.reserve + (a - 2) * 0.02, -0.4, 0.4)
        self.wind = np.clip(self.wind + self.rng.normal(0, 0.02), 0, 1)
        self.demand = np.clip(self.demand + self.rng.normal(0, 0.01), 0.2, 1)
        self.df = 0.9 * self.df + (self.wind * 0.5 + 0.3 + self.reserve - self.demand) * 0.2
        self.t += 1
        trip = abs(self.df) > 1.0
        return self._obs(), -abs(self.df) - 0.1 * abs(self.reserve) - 10 * trip, bool(trip or self.t >= 288)
