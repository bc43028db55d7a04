import gymnasium as gym
import numpy as np
from gymnasium import spaces


class LaserCut(gym.Env):
    """Cut a plate of unknown thickness: choose feed and power, the back reflection tells late what went on."""

    def __init__(self, length=200):
        self.length = length
        self.observation_space = spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x, self.heat = 0, 0.0
        self.thick = self.np_random.uniform(1, 6)
        self.lens = self.np_random.uniform(0.8, 1.0)
        self.reflect = [0.0] * 4
        self.feed, self.power = 0.5, 0.5
        return self._obs(), {}

    def _obs(self):
        return np.array([self.x / self.length, self.feed, self.power, self.reflect[0], self.heat], np.float32)

    def step(self, action):
        self.feed = float(np.clip(self.feed + 0.1 * action[0], 0.05, 1))
        self.power = float(np.clip(self.power + 0.1 * action[1], 0, 1))
        need = 0.12 * self.thick * self.feed / self.lens
        self.heat = 0.9 * self.heat + 0.1 * max(0.0, self.power - need)
        uncut = max(0.0, need - self.power)
        self.reflect = self.reflect[1:] + [uncut + float(self.np_random.normal(0, 0.02))]
        self.x += 1
        reward = self.feed - 4 * uncut - 2 * self.heat
        return self._obs(), float(reward), self.heat > 0.5, self.x >= self.length, {}
