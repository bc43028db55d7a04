import random
from typing import Optional

import gymnasium as gym
import numpy as np


class KeyMaze(gym.Env):
    """The colour of the right key is shown for a few steps only, the door is at the far end."""

    MOVES = ((0, 1), (1, 0), (0, -1), (-1, 0))

    def __init__(self, full_env_name, cfg, render_mode: Optional[str] = None):
        self.size = cfg.maze_size
        self.limit = 8 * self.size
        self.render_mode = render_mode
        self.observation_space = gym.spaces.Box(0.0, 1.0, (3 * 3 * 3 + 5,), np.float32)
        self.action_space = gym.spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        n = self.size
        self.walls = np.ones((n, n), dtype=bool)
        stack = [(1, 1)]
        self.walls[1, 1] = False
        while stack:
            r, c = stack[-1]
            nxt = [(dr, dc) for dr, dc in self.MOVES
                   if 0 < r + 2 * dr < n - 1 and 0 < c + 2 * dc < n - 1 and self.walls[r + 2 * dr, c + 2 * dc]]
            if not nxt:
                stack.pop()
                continue
            dr, dc = random.choice(nxt)
            self.walls[r + dr, c + dc] = self.walls[r + 2 * dr, c + 2 * dc] = False
            stack.append((r + 2 * dr, c + 2 * dc))
        free = [tuple(x) for x in np.argwhere(~self.walls) if tuple(x) not in ((1, 1), (n - 2, n - 2))]
        self.keys = dict(zip(random.sample(free, 3), range(3)))
        self.wanted, self.held = random.randrange(3), None
        self.pos, self.door, self.t = (1, 1), (n - 2, n - 2), 0
        return self._obs(), {}

    def _obs(self):
        r, c = self.pos
        view = np.zeros((3, 3, 3), np.float32)
        for i in range(3):
            for j in range(3):
                cell = (r + i - 1, c + j - 1)
                view[i, j] = (self.walls[cell], cell in self.keys, cell == self.door)
        extra = np.zeros(5, np.float32)
        if self.t < 4:
            extra[self.wanted] = 1.0
        extra[3] = self.held is not None
        extra[4] = self.t / self.limit
        return np.concatenate([view.ravel(), extra])

    def step(self, action):
        self.t += 1
        reward, done = -0.005, False
        if action == 4:
            if self.pos in self.keys:
                self.held = self.keys.pop(self.pos)
        else:
            dr, dc = self.MOVES[int(action)]
            cell = (self.pos[0] + dr, self.pos[1] + dc)
            if not self.walls[cell]:
                self.pos = cell
        if self.pos == self.door and self.held is not None:
            reward, done = (1.0 if self.held == self.wanted else -1.0), True
        return self._obs(), reward, done, self.t >= self.limit, {}
