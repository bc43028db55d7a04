from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Wall(gym.Env):
    """Climb a wall whose holds are felt, not seen; grade raises the spacing."""

    def __init__(self) -> None:
        self.grade = 0
        self.observation_space = spaces.Box(-3, 3, (5,), np.float32)
        self.action_space = spaces.Discrete(6)

    def set_grade(self, grade: int) -> None:
        self.grade = grade

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.holds = np.cumsum(self.np_random.uniform(0.2, 0.5 + 0.1 * self.grade, 40))
        self.hand, self.foot, self.power, self.t = 0.0, 0.0, 1.0, 0
        return self._obs(0.0), {}

    def _obs(self, felt: float) -> np.ndarray:
        return np.array([felt, self.hand - self.foot, self.power, self.grade / 5, self.t / 300], dtype=np.float32)

    def step(self, action):
        reach = (int(action) + 1) * 0.15
        target = self.hand + reach
        gap = float(np.abs(self.holds - target).min())
        held = gap < 0.1
        self.power -= 0.005 + 0.02 * reach - 0.01 * held
        gain = 0.0
        if held:
            gain, self.foot, self.hand = reach, self.hand, target
        self.t += 1
        top = self.hand >= self.holds[-1]
        return self._obs(1.0 if held else -gap), gain + 5.0 * top, bool(top or self.power <= 0), self.t >= 300, {"top": top}
