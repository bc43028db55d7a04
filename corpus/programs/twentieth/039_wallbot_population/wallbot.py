import gymnasium as gym
import numpy as np


class WallBot(gym.Env):
    """Roller robot on a wall; paint runs out and dries at an unknown rate."""

    def __init__(self, cols=30, limit=400):
        self.cols, self.limit = cols, limit
        self.observation_space = gym.spaces.Box(-2, 2, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(4)  # left, right, roll, refill

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wall = np.zeros(self.cols)
        self.x, self.t, self.paint = 0, 0, 1.0
        self.dry = self.np_random.uniform(0.001, 0.01)
        return self._obs(), {}

    def _obs(self):
        return np.array([self.x / self.cols, self.wall[self.x], self.paint, self.t / self.limit], dtype=np.float32)

    def step(self, action):
        self.t += 1
        reward = -0.01
        self.paint = max(0.0, self.paint - self.dry)
        if action == 0:
            self.x = max(0, self.x - 1)
        elif action == 1:
            self.x = min(self.cols - 1, self.x + 1)
        elif action == 2:
            put = min(0.3, self.paint)
            reward += min(put, max(0.0, 1 - self.wall[self.x])) - max(0.0, self.wall[self.x] + put - 1.2)
            self.wall[self.x] += put
            self.paint -= put / 4
        else:
            self.paint = 1.0
            reward -= 0.2
        finished = bool((self.wall > 0.9).all())
        return self._obs(), reward + 10.0 * finished, finished, self.t >= self.limit, {}
