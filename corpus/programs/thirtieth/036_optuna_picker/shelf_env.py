import gymnasium as gym
import numpy as np
from gymnasium import spaces


class ShelfPicker(gym.Env):
    """A robot on a 12-cell aisle must fetch three items whose labels are flashed once, at the start."""

    def __init__(self, aisle=12, wanted=3, limit=60):
        self.aisle, self.wanted, self.limit = aisle, wanted, limit
        self.observation_space = spaces.Box(0.0, 1.0, (3,), np.float32)
        self.action_space = spaces.Discrete(3)

    def _obs(self, flash=0.0):
        return np.array([self.pos / self.aisle, flash, len(self.todo) / self.wanted], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos, self.t = 0, 0
        self.todo = list(self.np_random.choice(self.aisle, self.wanted, replace=False))
        self.flashes = list(self.todo)
        return self._obs(), {}

    def step(self, action):
        self.t += 1
        reward = -0.02
        if action == 2:
            if self.pos in self.todo:
                self.todo.remove(self.pos)
                reward = 1.0
            else:
                reward = -0.2
        else:
            self.pos = int(np.clip(self.pos + (1 if action else -1), 0, self.aisle - 1))
        flash = (self.flashes.pop() + 1) / self.aisle if self.flashes else 0.0
        return self._obs(flash), reward, not self.todo, self.t >= self.limit, {}
