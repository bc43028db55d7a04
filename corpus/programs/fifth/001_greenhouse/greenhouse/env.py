from __future__ import annotations

import math

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class GreenhouseEnv(gym.Env):
    """Heating, vents and CO2 dosing; one step is ten minutes, one episode five days."""

    metadata = {"render_modes": []}

    def __init__(self, seed: int = 0, days: int = 5) -> None:
        self.rng = np.random.default_rng(seed)
        self.days = days
        self.observation_space = spaces.Box(-5.0, 5.0, shape=(6,), dtype=np.float32)
        self.action_space = spaces.Discrete(6)
        self.t = 0
        self.temp, self.hum, self.co2 = 18.0, 0.7, 600.0

    def _outside(self) -> float:
        phase = 2 * math.pi * (self.t % 144) / 144
        return 12.0 - 6.0 * math.cos(phase) + float(self.rng.normal(0, 0.3))

    def _obs(self) -> np.ndarray:
        phase = 2 * math.pi * (self.t % 144) / 144
        return np.array(
            [
                (self.temp - 20) / 5,
                (self.hum - 0.7) * 4,
                (self.co2 - 700) / 200,
                (self._outside() - 12) / 6,
                math.sin(phase),
                math.cos(phase),
            ],
            dtype=np.float32,
        )

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.temp, self.hum, self.co2 = 18.0 + float(self.rng.normal()), 0.7, 600.0
        return self._obs(), {}

    def step(self, action):
        heat, vent, dose = action in (1, 4), action in (2, 5), action in (3, 4)
        out = self._outside()
        self.temp += 0.6 * heat + (out - self.temp) * (0.12 if vent else 0.03)
        self.hum = float(np.clip(self.hum + 0.01 - 0.03 * vent, 0.3, 1.0))
        self.co2 = float(np.clip(self.co2 + 25 * dose - (18 if vent else 4), 350, 1200))
        self.t += 1
        growth = math.exp(-(((self.temp - 22) / 5) ** 2)) * min(self.co2 / 900, 1.0)
        cost = 0.05 * heat + 0.04 * dose + max(0.0, self.hum - 0.85)
        return self._obs(), float(growth - cost), False, self.t >= self.days * 144, {}
