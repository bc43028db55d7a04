import numpy as np


class Vineyard:
    """Soil water of several blocks, day after day, without an end."""

    def __init__(self, blocks=8, seed=3):
        self.rng = np.random.default_rng(seed)
        self.blocks = blocks
        self.water = self.rng.uniform(0.3, 0.6, blocks)
        self.slope = self.rng.uniform(0.8, 1.2, blocks)
        self.day = 0

    def observe(self):
        phase = 2 * np.pi * self.day / 365
        obs = np.stack([
            self.water + self.rng.normal(0, 0.03, self.blocks),
            self.slope,
            np.full(self.blocks, np.sin(phase)),
            np.full(self.blocks, np.cos(phase)),
        ], axis=1)
        return obs.astype(np.float32)

    def step(self, valve):
        heat = 0.02 + 0.02 * np.sin(2 * np.pi * (self.day - 100) / 365)
        rain = self.rng.exponential(0.05) if self.rng.random() < 0.15 else 0.0
        self.water = np.clip(self.water - heat * self.slope + rain + 0.03 * valve, 0, 1)
        self.day += 1
        stress = (self.water - 0.4) ** 2
        return self.observe(), -(10 * stress + 0.05 * valve)
