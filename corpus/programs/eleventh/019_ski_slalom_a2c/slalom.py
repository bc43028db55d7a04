from typing import Tuple

import numpy as np


class SlalomVec:
    """A batch of skiers; a gate flashes up once and has to be remembered until it is passed."""

    def __init__(self, num: int, seed: int = 0, gates: int = 12, spacing: int = 10):
        self.num, self.gates, self.spacing = num, gates, spacing
        self.rng = np.random.default_rng(seed)
        self.y = np.zeros(num)
        self.t = np.zeros(num, dtype=int)
        self.gate = np.zeros(num)
        self.missed = np.zeros(num, dtype=int)

    def reset(self) -> np.ndarray:
        self._restart(np.ones(self.num, dtype=bool))
        return self._obs()

    def _restart(self, idx: np.ndarray) -> None:
        self.y[idx] = 0.0
        self.t[idx] = 0
        self.missed[idx] = 0
        self.gate[idx] = self.rng.uniform(-1, 1, idx.sum())

    def _obs(self) -> np.ndarray:
        flash = (self.t % self.spacing == 0).astype(float)
        return np.stack([self.y, flash * self.gate, flash], axis=1).astype(np.float32)

    def step(self, action: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        self.y = np.clip(self.y + 0.15 * (action - 1), -1.5, 1.5)
        self.t += 1
        at_gate = self.t % self.spacing == 0
        through = at_gate & (np.abs(self.y - self.gate) < 0.2)
        self.missed += at_gate & ~through
        reward = np.where(through, 1.0, np.where(at_gate, -0.5, 0.0))
        self.gate = np.where(at_gate, self.rng.uniform(-1, 1, self.num), self.gate)
        done = (self.missed >= 4) | (self.t >= self.gates * self.spacing)
        self._restart(done)
        return self._obs(), reward.astype(np.float32), done
