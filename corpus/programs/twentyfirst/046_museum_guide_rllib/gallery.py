import gymnasium as gym
import numpy as np


class Gallery(gym.Env):
    """Grid of exhibits; the robot must stay ahead of the group but not lose it."""

    def __init__(self, config=None):
        config = config or {}
        self.size = config.get("size", 9)
        self.limit = config.get("limit", 150)
        self.action_space = gym.spaces.Discrete(5)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (6,), np.float32)
        self.moves = np.array([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.robot = np.array([0, 0])
        self.group = np.array([0.0, 0.0])
        self.goal = self.np_random.integers(0, self.size, 2)
        self.pace = self.np_random.uniform(0.3, 0.9)
        self.n = 0
        return self._obs(), {}

    def _obs(self):
        s = self.size
        # the group is only seen when it is near
        d = self.group - self.robot
        seen = float(np.abs(d).max() < 2.5)
        return np.concatenate([(self.goal - self.robot) / s, seen * d / s, [seen, self.n / self.limit]]).astype(np.float32)

    def step(self, action):
        self.robot = np.clip(self.robot + self.moves[action], 0, self.size - 1)
        d = self.robot - self.group
        self.group = self.group + self.pace * d / max(1.0, np.abs(d).max())
        gap = np.abs(self.robot - self.group).max()
        r = -0.02 - 0.1 * max(0.0, gap - 2)
        if np.abs(self.group - self.goal).max() < 1:
            r += 2.0
            self.goal = self.np_random.integers(0, self.size, 2)
        self.n += 1
        return self._obs(), r, bool(gap > 5), self.n >= self.limit, {}
