import numpy as np


class City:
    """Zones with random requests, runs around the clock (no episodes)."""

    def __init__(self, zones=12, taxis=30, seed=0):
        self.zones, self.taxis = zones, taxis
        self.rng = np.random.default_rng(seed)
        self.where = self.rng.integers(0, zones, taxis)
        self.waiting = np.zeros(zones)
        self.tick = 0

    def observe(self):
        supply = np.bincount(self.where, minlength=self.zones) / self.taxis
        clock = 2 * np.pi * (self.tick % 1440) / 1440
        base = np.concatenate([supply, self.waiting / 10, [np.sin(clock), np.cos(clock)]])
        own = np.eye(self.zones)[self.where]
        return np.concatenate([np.tile(base, (self.taxis, 1)), own], 1).astype(np.float32)

    @property
    def obs_dim(self):
        return 3 * self.zones + 2

    def step(self, dest):
        rush = 1 + np.sin(2 * np.pi * self.tick / 1440)
        self.waiting += self.rng.poisson(0.4 * rush, self.zones)
        moved = dest != self.where
        self.where = dest.copy()
        reward = -0.05 * moved.astype(np.float32)
        for i in self.rng.permutation(self.taxis):
            z = self.where[i]
            if self.waiting[z] >= 1:
                self.waiting[z] -= 1
                reward[i] += 1.0
                self.where[i] = self.rng.integers(self.zones)
        self.waiting *= 0.97
        self.tick += 1
        return self.observe(), reward
