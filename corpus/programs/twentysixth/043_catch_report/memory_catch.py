import gymnasium as gym
import numpy as np
from gymnasium import spaces


class MemoryCatch(gym.Env):
    """Catch where the ball is seen only in the upper rows, then falls in the dark."""

    def __init__(self, rows=10, cols=7, visible=3):
        self.rows, self.cols, self.visible = rows, cols, visible
        self.observation_space = spaces.Box(0, 1, (2 * cols + 1,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.y = 0
        self.x = int(self.np_random.integers(self.cols))
        self.paddle = self.cols // 2
        return self._obs(), {}

    def _obs(self):
        o = np.zeros(2 * self.cols + 1, np.float32)
        if self.y < self.visible:
            o[self.x] = 1
        o[self.cols + self.paddle] = 1
        o[-1] = self.y / self.rows
        return o

    def step(self, action):
        self.paddle = int(np.clip(self.paddle + action - 1, 0, self.cols - 1))
        self.y += 1
        done = self.y == self.rows - 1
        reward = 0.0
        if done:
            reward = 1.0 if self.paddle == self.x else -1.0
        return self._obs(), reward, done, False, {}
