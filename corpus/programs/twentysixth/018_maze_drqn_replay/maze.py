from typing import Tuple

import numpy as np


class TMaze:
    """Long corridor; the first cell shows which arm holds the reward."""

    ACTIONS = 4

    def __init__(self, length: int = 12, seed: int = 0) -> None:
        self.length = length
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.sign = int(self.rng.integers(2))
        self.x, self.steps = 0, 0
        return self._see()

    def _see(self) -> np.ndarray:
        cue = [0.0, 0.0]
        if self.x == 0:
            cue[self.sign] = 1.0
        noise = self.rng.random()
        return np.array([*cue, float(self.x == self.length), noise], np.float32)

    def step(self, a: int) -> Tuple[np.ndarray, float, bool]:
        self.steps += 1
        if self.x == self.length and a in (2, 3):
            return self._see(), (4.0 if a - 2 == self.sign else -0.1), True
        if a == 0:
            self.x = min(self.length, self.x + 1)
            reward = 0.0
        elif a == 1:
            self.x = max(0, self.x - 1)
            reward = -0.05
        else:
            reward = -0.1
        return self._see(), reward, self.steps >= 4 * self.length
