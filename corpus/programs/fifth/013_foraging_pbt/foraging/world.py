from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Foraging(gym.Env[np.ndarray, np.int64]):
    """A forager smells food but does not see it; patches regrow slowly."""

    def __init__(self, size: int = 9, patches: int = 5, horizon: int = 2000) -> None:
        self.size, self.patches, self.horizon = size, patches, horizon
        self.observation_space = spaces.Box(0.0, 1.0, (4,), np.float32)
        self.action_space = spaces.Discrete(4)

    def _smell(self) -> np.ndarray:
        d = np.abs(self.food - self.pos).sum(1)
        return np.array(
            [np.exp(-d[self.ripe > 0.5] / 2).sum() / self.patches, self.energy, *(self.pos / self.size)],
            dtype=np.float32,
        ).clip(0, 1)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        super().reset(seed=seed)
        self.food = self.np_random.integers(0, self.size, (self.patches, 2))
        self.ripe = np.ones(self.patches)
        self.pos = np.full(2, self.size // 2)
        self.energy, self.t = 0.5, 0
        return self._smell(), {}

    def step(self, action):
        move = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])[int(action)]
        self.pos = (self.pos + move).clip(0, self.size - 1)
        self.ripe = np.minimum(self.ripe + 0.01, 1.0)
        here = (self.food == self.pos).all(1) & (self.ripe > 0.5)
        gain = float(here.sum()) * 0.2
        self.ripe[here] = 0.0
        self.energy = float(np.clip(self.energy + gain - 0.01, 0, 1))
        self.t += 1
        return self._smell(), gain, self.energy <= 0, self.t >= self.horizon, {}
