from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class City:
    """Four docking stations and one van; a day has 72 quarter hours."""

    seed: int = 0
    capacity: int = 20
    slots: int = 72
    rng: np.random.Generator = field(init=False)
    bikes: np.ndarray = field(init=False)
    van: int = field(init=False, default=0)
    slot: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.bikes = np.full(4, 10)

    def morning(self) -> np.ndarray:
        self.bikes = self.rng.integers(5, 15, size=4)
        self.van, self.slot = 6, 0
        return self.observe()

    def observe(self) -> np.ndarray:
        return np.concatenate([self.bikes / self.capacity, [self.van / 12, self.slot / self.slots]]).astype(np.float32)

    def step(self, action: int) -> tuple[np.ndarray, float, bool]:
        station, load = divmod(action, 2)
        if load and self.bikes[station] >= 3 and self.van <= 9:
            self.bikes[station] -= 3
            self.van += 3
        elif not load and self.van >= 3:
            self.bikes[station] += 3
            self.van -= 3
        rush = 1.0 if self.slot < 24 else -0.6
        wish = self.rng.poisson(1.5 + np.array([rush, rush, -rush, 0.0]).clip(min=0))
        lost = np.maximum(wish - self.bikes, 0).sum()
        self.bikes = np.maximum(self.bikes - wish, 0)
        back = self.rng.multinomial(int(wish.sum() - lost), [0.15, 0.2, 0.4, 0.25])
        self.bikes = np.minimum(self.bikes + back, self.capacity)
        self.slot += 1
        return self.observe(), -float(lost), self.slot >= self.slots
