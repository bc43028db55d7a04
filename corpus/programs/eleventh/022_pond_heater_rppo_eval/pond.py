import gymnasium as gym
import numpy as np
from gymnasium import spaces


class PondHeater(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, winter: bool = True):
        self.winter = winter
        self.action_space = spaces.Discrete(2)
        self.observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hour = 0
        self.water = self.np_random.uniform(4, 8)
        self.ice = 0.0
        self.base = self.np_random.uniform(-12, 0) if self.winter else self.np_random.uniform(0, 10)
        return self._obs(), {}

    def _air(self):
        return self.base + 5 * np.sin(2 * np.pi * (self.hour - 8) / 24)

    def _obs(self):
        return np.array([self.water / 10, self._air() / 10], np.float32)

    def step(self, action):
        self.hour += 1
        self.water += 0.35 * action + 0.02 * (self._air() - self.water)
        if self.water < 0:
            self.ice += -self.water
            self.water = 0.0
        elif self.ice > 0:
            self.ice = max(0.0, self.ice - 0.2 * self.water)
        frozen = bool(self.ice > 5)
        reward = -0.2 * action - 0.5 * (self.ice > 0) - 20 * frozen
        return self._obs(), float(reward), frozen, self.hour >= 24 * 14, {"ice": self.ice}
