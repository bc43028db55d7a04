import gymnasium as gym
import numpy as np


class TrawlEnv(gym.Env):
    def __init__(self, hauls: int = 80):
        self.hauls = hauls
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.n, self.at, self.catch = 0, 5, 0.0
        self.shoal = int(self.np_random.integers(0, 11))
        return self._look(), {}

    def _look(self):
        return np.array([self.at / 10, self.catch, self.n / self.hauls], dtype=np.float32)

    def step(self, action):
        self.at = int(np.clip(self.at + int(action) - 1, 0, 10))
        if self.np_random.random() < 0.1:
            self.shoal = int(np.clip(self.shoal + self.np_random.integers(-1, 2), 0, 10))
        self.catch = float(np.exp(-abs(self.at - self.shoal)))
        self.n += 1
        return self._look(), self.catch - 0.05 * abs(int(action) - 1), False, self.n >= self.hauls, {}
