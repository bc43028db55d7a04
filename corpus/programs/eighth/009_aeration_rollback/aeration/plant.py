"""Activated sludge basin with a blower. The ammonia probe is slow and noisy."""
from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Observation = NDArray[np.float32]


class Basin:
    OBS = 4
    ACTIONS = 3
    STEPS_PER_WEEK = 672  # quarters of an hour

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def reset(self) -> Observation:
        self.step_no = 0
        self.ammonia = float(self._rng.uniform(2.0, 8.0))
        self.probe = self.ammonia
        self.oxygen = 2.0
        self.blower = 0.5
        self.phase = float(self._rng.uniform(0, 2 * math.pi))
        return self._observe()

    def _observe(self) -> Observation:
        self.probe += 0.1 * (self.ammonia - self.probe)
        noise = float(self._rng.normal(0.0, 0.2))
        return np.array([(self.probe + noise) / 10, self.oxygen / 4, self.blower, self.step_no / 672], np.float32)

    def step(self, action: int) -> tuple[Observation, float, bool]:
        self.blower = min(1.0, max(0.0, self.blower + 0.1 * (action - 1)))
        inflow = 1.0 + 0.5 * math.sin(self.step_no * 2 * math.pi / 96 + self.phase)
        self.oxygen += 0.3 * (4 * self.blower - self.oxygen) - 0.05 * self.ammonia
        self.oxygen = max(0.0, self.oxygen)
        self.ammonia = max(0.0, self.ammonia + 0.3 * inflow - 0.25 * self.oxygen)
        self.step_no += 1
        reward = -0.5 * max(0.0, self.ammonia - 4.0) - 0.4 * self.blower
        return self._observe(), reward, self.step_no >= self.STEPS_PER_WEEK
