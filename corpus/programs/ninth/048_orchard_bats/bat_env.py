"""A bat hunts moths in an orchard with sonar."""
from typing import Any, Optional

import gymnasium as gym
import numpy as np


class BatEnv(gym.Env):
    def __init__(self, size: float = 10.0, limit: int = 200):
        self.size, self.limit = size, limit
        self.action_space = gym.spaces.Discrete(4)  # ahead, left, right, ping
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (5,), dtype=np.float32)

    def reset(self, seed: Optional[int] = None, options: Optional[dict[str, Any]] = None):
        super().reset(seed=seed)
        self.bat = np.zeros(2)
        self.dir = 0.0
        self.moth = self.np_random.uniform(-self.size, self.size, 2)
        self.caught, self.t = 0, 0
        return self._obs(False), {}

    def _obs(self, ping: bool) -> np.ndarray:
        echo = np.zeros(3)
        if ping:
            d = self.moth - self.bat
            ang = np.arctan2(d[1], d[0]) - self.dir
            echo[:] = [np.sin(ang), np.cos(ang), min(1.0, float(np.hypot(*d)) / self.size)]
        return np.concatenate([echo, [float(ping), self.t / self.limit]]).astype(np.float32)

    def step(self, action):
        action = int(action)
        self.dir += {1: 0.5, 2: -0.5}.get(action, 0.0)
        self.bat = self.bat + 0.5 * np.array([np.cos(self.dir), np.sin(self.dir)])
        self.moth = np.clip(self.moth + self.np_random.normal(0, 0.15, 2), -self.size, self.size)
        reward = -0.01 - 0.02 * (action == 3)
        if np.hypot(*(self.moth - self.bat)) < 0.8:
            reward += 1.0
            self.caught += 1
            self.moth = self.np_random.uniform(-self.size, self.size, 2)
        self.t += 1
        lost = np.abs(self.bat).max() > 1.5 * self.size
        return self._obs(action == 3), float(reward), bool(lost), self.t >= self.limit, {"caught": self.caught}
