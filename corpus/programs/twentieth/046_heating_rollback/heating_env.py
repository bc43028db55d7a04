from __future__ import annotations

import numpy as np
from gymnasium import Env, spaces


class HeatingCellar(Env):
    """Burner and mixing valve of a house; the tank is only measured at the top."""

    def __init__(self, minutes: int = 1440, dt: int = 5) -> None:
        self.steps = minutes // dt
        self.dt = dt
        self.observation_space = spaces.Box(-3.0, 3.0, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Box(0.0, 1.0, shape=(2,), dtype=np.float32)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self.k = 0
        self.tank = np.array([60.0, 50.0, 40.0])
        self.room = 19.0
        self.base = self.np_random.uniform(-10, 10)
        return self._obs(), {}

    def _outside(self) -> float:
        return self.base - 4 * np.cos(2 * np.pi * self.k / self.steps)

    def _obs(self) -> np.ndarray:
        day = 2 * np.pi * self.k / self.steps
        return np.array([(self.tank[0] - 55) / 15, (self.room - 20) / 3, self._outside() / 15,
                         np.sin(day), np.cos(day)], dtype=np.float32)

    def step(self, action: np.ndarray):
        burn, valve = np.clip(action, 0, 1)
        draw = valve * max(0.0, self.tank[0] - self.room) * 0.05
        self.tank += np.array([3.0 * burn - draw, 0.1 * (self.tank[0] - self.tank[1]), 0.1 * (self.tank[1] - self.tank[2])])
        self.room += 0.15 * draw - 0.01 * (self.room - self._outside())
        self.k += 1
        reward = -abs(self.room - 20.5) - 0.3 * burn - max(0.0, self.tank[0] - 85)
        return self._obs(), float(reward), False, self.k >= self.steps, {}
