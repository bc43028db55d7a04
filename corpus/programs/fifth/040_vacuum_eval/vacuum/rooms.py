from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Room(gym.Env):
    """Clean an unknown floor plan with bump sensors only."""

    MOVES = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])

    def __init__(self, size: int = 10, clutter: float = 0.15, limit: int = 300):
        self.size, self.clutter, self.limit = size, clutter, limit
        self.observation_space = spaces.Box(0, 1, (6,), np.float32)
        self.action_space = spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wall = self.np_random.random((self.size, self.size)) < self.clutter
        self.pos = np.array([self.size // 2] * 2)
        self.wall[tuple(self.pos)] = False
        self.clean = np.zeros_like(self.wall)
        self.t, self.last = 0, 0
        return self._obs(False), {}

    def _obs(self, bumped):
        out = np.zeros(6, dtype=np.float32)
        out[self.last], out[4], out[5] = 1, bumped, self.t / self.limit
        return out

    def step(self, action):
        self.last = int(action)
        nxt = self.pos + self.MOVES[self.last]
        bumped = bool((nxt < 0).any() or (nxt >= self.size).any() or self.wall[tuple(nxt)])
        reward = -0.05
        if not bumped:
            self.pos = nxt
            if not self.clean[tuple(nxt)]:
                self.clean[tuple(nxt)] = True
                reward = 1.0
        self.t += 1
        return self._obs(bumped), reward, False, self.t >= self.limit, {"cleaned": int(self.clean.sum())}
