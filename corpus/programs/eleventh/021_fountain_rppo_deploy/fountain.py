import gymnasium as gym
import numpy as np


class FountainEnv(gym.Env):
    """A fountain should be high, but gusts must not blow it over the rim. The anemometer is slow."""

    def __init__(self, length=3600):
        self.length = length
        self.observation_space = gym.spaces.Box(-1, 10, (2,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.n = 0
        self.height = 0.0
        self.gust = self.meter = 0.2
        return self._obs(), {}

    def _obs(self):
        return np.array([self.height, self.meter], np.float32)

    def step(self, action):
        self.n += 1
        self.gust = float(np.clip(0.95 * self.gust + self.np_random.normal(0, 0.2), 0, 3))
        self.meter += 0.05 * (self.gust - self.meter)
        self.height += 0.3 * (2.5 * (float(action[0]) + 1) - self.height)
        splash = self.height * self.gust > 5
        reward = self.height / 5 - 3.0 * splash
        info = {"height": self.height, "gust": self.gust, "splash": splash}
        return self._obs(), float(reward), False, self.n >= self.length, info
