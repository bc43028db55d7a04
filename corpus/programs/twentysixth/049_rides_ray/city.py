import numpy as np


class City:
    """Zones with riders and drivers; the platform sets one surge level per zone."""

    LEVELS = (1.0, 1.2, 1.5, 2.0)

    def __init__(self, zones=4, drivers=80, seed=0):
        self.zones, self.total = zones, drivers
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 2 * zones + 2

    def reset(self):
        self.t = 0
        self.drivers = self.rng.multinomial(self.total, np.ones(self.zones) / self.zones)
        self.demand = self.rng.poisson(15, self.zones)
        return self._obs()

    def _obs(self):
        day = 2 * np.pi * self.t / 288
        return np.r_[self.drivers / 50, self.demand / 30, np.sin(day), np.cos(day)].astype(np.float32)

    def step(self, levels):
        surge = np.array([self.LEVELS[i] for i in levels])
        willing = self.rng.binomial(self.demand, np.clip(1.1 - 0.4 * (surge - 1), 0, 1).clip(0, 1))
        trips = np.minimum(willing, self.drivers)
        income = float((trips * surge).sum() - 0.3 * (willing - trips).sum())
        share = surge * (self.demand + 1)
        self.drivers = self.rng.multinomial(self.total, share / share.sum())
        rush = 1 + 0.8 * np.exp(-((self.t - 96) / 20) ** 2) + np.exp(-((self.t - 210) / 25) ** 2)
        self.demand = self.rng.poisson(12 * rush, self.zones)
        self.t += 1
        return self._obs(), income / 50, self.t >= 288
