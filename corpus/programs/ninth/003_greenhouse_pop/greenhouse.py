from __future__ import annotations

import math

import numpy as np


class Greenhouse:
    """Hourly climate control. Actions: heat, vent, lamp on/off combinations."""

    ACTIONS = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1)]
    obs_dim = 5

    def __init__(self, days: int = 10, seed: int = 0) -> None:
        self.hours = days * 24
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.t = 0
        self.temp = 18.0
        self.hum = 0.6
        self.biomass = 1.0
        return self._obs()

    def _outside(self) -> tuple[float, float]:
        phase = math.sin(2 * math.pi * (self.t % 24 - 6) / 24)
        return 10 + 8 * phase + self.rng.normal(0, 0.5), max(0.0, phase)

    def _obs(self) -> np.ndarray:
        out, light = self._outside()
        return np.array([self.temp / 30, self.hum, out / 30, light, (self.t % 24) / 24], dtype=np.float32)

    def step(self, idx: int) -> tuple[np.ndarray, float, bool]:
        heat, vent, lamp = self.ACTIONS[idx]
        out, light = self._outside()
        self.temp += 0.2 * (out - self.temp) * (2.0 if vent else 1.0) + 2.0 * heat + 0.5 * lamp
        self.hum = float(np.clip(self.hum + 0.03 - 0.1 * vent, 0.1, 1.0))
        grow = max(0.0, 1 - abs(self.temp - 22) / 10) * (light + 0.6 * lamp) * (1 - max(0.0, self.hum - 0.8))
        self.biomass += 0.05 * grow
        reward = grow - 0.2 * heat - 0.15 * lamp
        self.t += 1
        return self._obs(), float(reward), self.t >= self.hours
