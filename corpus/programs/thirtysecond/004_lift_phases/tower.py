import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Discrete


class Tower(gym.Env):
    """One express lift between lobby, sky lobby and garage, other traffic in each part of the day."""

    PATTERNS = {
        "up_peak": [[0, 5, 1], [1, 0, 0], [4, 3, 0]],
        "lunch": [[0, 2, 1], [4, 0, 1], [1, 1, 0]],
        "down_peak": [[0, 1, 4], [5, 0, 3], [0, 0, 0]],
    }

    def __init__(self, pattern: str = "lunch", steps: int = 400):
        super().__init__()
        self.flow = np.array(self.PATTERNS[pattern], dtype=float) / 30.0
        self.steps = steps
        self.observation_space = Box(0, 1, (6,), np.float32)
        self.action_space = Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.i = 0
        self.at = 0
        self.queue = np.zeros((3, 3))
        self.cabin = np.zeros(3)
        return self._view(), {}

    def _view(self):
        here = np.eye(3)[self.at]
        return np.concatenate([here, self.queue.sum(1) > 0]).astype(np.float32)

    def step(self, action):
        self.queue += self.np_random.poisson(self.flow)
        travel = abs(int(action) - self.at)
        self.at = int(action)
        delivered = self.cabin[self.at]
        self.cabin[self.at] = 0
        self.cabin += self.queue[self.at]
        self.queue[self.at] = 0
        self.i += 1
        r = delivered - 0.05 * (self.queue.sum() + self.cabin.sum()) - 0.1 * travel
        return self._view(), float(r), False, self.i >= self.steps, {}
