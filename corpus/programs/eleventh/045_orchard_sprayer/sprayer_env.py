import gymnasium as gym
import numpy as np


class Sprayer(gym.Env):
    def __init__(self, rows=60, wind=0.3):
        super().__init__()
        self.rows, self.wind_level = rows, wind
        self.observation_space = gym.spaces.Box(-2, 2, (2,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.row = 0
        self.pest = self.np_random.random()
        self.wind = 0.0
        return self._sense(), {}

    def _sense(self):
        seen = self.pest + self.np_random.normal(0, 0.3)
        return np.clip([seen, self.wind], -2, 2).astype(np.float32)

    def step(self, dose):
        hit = max(0.0, 1 - abs(self.wind)) * dose / 2
        reward = min(hit, self.pest) - 0.3 * dose / 2
        self.pest = float(np.clip(0.9 * self.pest + 0.1 * self.np_random.random(), 0, 1))
        self.wind = 0.9 * self.wind + self.np_random.normal(0, self.wind_level)
        self.row += 1
        return self._sense(), float(reward), False, self.row >= self.rows, {}
