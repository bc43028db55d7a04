from __future__ import annotations

import math

import numpy as np


class FishPond:
    """Aerator and feeder of one pond. Oxygen is measured with a drifting probe; the biomass is never seen."""

    def __init__(self, seed: int, hours: int = 24 * 30) -> None:
        self.rng, self.hours = np.random.default_rng(seed), hours

    def reset(self) -> np.ndarray:
        self.o2, self.mass, self.feed, self.t = 7.0, self.rng.uniform(0.5, 1.5), 0.0, 0
        self.bias = self.rng.normal(0, 0.3)
        return self._probe()

    def _probe(self) -> np.ndarray:
        self.bias += self.rng.normal(0, 0.02)
        h = 2 * math.pi * (self.t % 24) / 24
        return np.array([(self.o2 + self.bias - 6) / 3, self.feed, math.sin(h), math.cos(h)], np.float32)

    def step(self, a: int):
        air, feed = divmod(a, 3)
        self.feed = 0.8 * self.feed + 0.1 * feed
        sun = max(0.0, math.sin(2 * math.pi * ((self.t % 24) - 6) / 24))
        self.o2 += 0.6 * sun + 0.7 * air - 0.45 * self.mass - 0.5 * self.feed + self.rng.normal(0, 0.05)
        self.o2 = float(np.clip(self.o2, 0, 12))
        grow = 0.002 * self.feed * (self.o2 > 4)
        self.mass += grow
        self.t += 1
        dead = self.o2 < 1.5
        r = 100 * grow - 0.05 * air - 0.01 * feed - (5.0 if dead else 0.0)
        return self._probe(), r, dead, self.t >= self.hours
