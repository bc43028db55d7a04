"""A two-player curling end, reduced to its bare bones.

Each call to ``step`` is one pair of stones: the home skip throws, then the away skip.
"""
from __future__ import annotations

import numpy as np

STONES = 8
ACTIONS = 9  # 3 weights x 3 handles


class CurlingEnd:
    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.home: list[np.ndarray] = []
        self.away: list[np.ndarray] = []

    def reset(self) -> tuple[np.ndarray, np.ndarray]:
        self.home, self.away = [], []
        self.drift = self.rng.normal(0.0, 0.3)
        return self._obs(True), self._obs(False)

    def _throw(self, action: int) -> np.ndarray:
        weight, handle = divmod(int(action), 3)
        y = (weight - 1) * 1.2 + self.rng.normal(0, 0.4)
        x = (handle - 1) * 0.8 + self.drift + self.rng.normal(0, 0.2)
        return np.array([x, y], dtype=np.float32)

    def _nearest(self, stones: list[np.ndarray]) -> float:
        return min((float(np.hypot(*s)) for s in stones), default=3.0)

    def _obs(self, home: bool) -> np.ndarray:
        mine, theirs = (self.home, self.away) if home else (self.away, self.home)
        last = mine[-1] if mine else np.zeros(2, dtype=np.float32)
        return np.array(
            [last[0], last[1], self._nearest(mine), self._nearest(theirs), len(mine) / STONES],
            dtype=np.float32,
        )

    def step(self, home_action: int, away_action: int):
        self.home.append(self._throw(home_action))
        self.away.append(self._throw(away_action))
        done = len(self.home) >= STONES
        reward = 0.0
        if done:
            reward = 1.0 if self._nearest(self.home) < self._nearest(self.away) else -1.0
        return (self._obs(True), self._obs(False)), reward, done
