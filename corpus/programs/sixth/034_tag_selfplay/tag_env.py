"""Tag on a torus. The runner is a past self; it is drawn anew at the beginning of each episode."""
from __future__ import annotations

import random
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

MOVES = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])


class TagEnv(gym.Env):
    metadata = {"render_modes": ["ansi"]}

    def __init__(self, size: int = 15, sight: int = 4, horizon: int = 250):
        self.size, self.sight, self.horizon = size, sight, horizon
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(len(MOVES))
        self.archive: list[str] = []
        self._runner: RecurrentPPO | None = None
        self._mind = None
        self._new = True

    # ---- called through env_method, at any time
    def archive_add(self, path: str) -> int:
        if path not in self.archive:
            self.archive.append(path)
        del self.archive[:-20]
        return len(self.archive)

    # ----
    def _draw_runner(self):
        if not self.archive:
            self._runner = None
            return
        path = random.choice(self.archive)
        if self._runner is None:
            self._runner = RecurrentPPO.load(path, device="cpu")
        else:
            self._runner.set_parameters(path, device="cpu")

    def _rel(self, a, b):
        d = (b - a + self.size // 2) % self.size - self.size // 2
        seen = np.abs(d).max() <= self.sight
        out = np.array([d[0], d[1], 0], np.float32) / self.size if seen else np.array([0, 0, 1], np.float32)
        return out.astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._draw_runner()
        self._mind, self._new = None, True
        self.chaser = self.np_random.integers(0, self.size, 2)
        self.runner = self.np_random.integers(0, self.size, 2)
        self.t = 0
        return self._rel(self.chaser, self.runner), {}

    def _runner_move(self):
        if self._runner is None:
            return int(self.np_random.integers(len(MOVES)))
        seen = self._rel(self.runner, self.chaser)
        a, self._mind = self._runner.predict(seen, state=self._mind, episode_start=np.array([self._new]))
        self._new = False
        return int(a)

    def step(self, action):
        self.runner = (self.runner + MOVES[self._runner_move()]) % self.size
        self.chaser = (self.chaser + MOVES[int(action)]) % self.size
        self.t += 1
        caught = bool((self.chaser == self.runner).all())
        return self._rel(self.chaser, self.runner), 1.0 * caught - 0.01, caught, self.t >= self.horizon, {}


def newest(folder: Path) -> list[str]:
    return [str(p) for p in sorted(folder.glob("*.zip"))]
