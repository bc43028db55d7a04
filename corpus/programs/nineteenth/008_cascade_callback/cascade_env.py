import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CascadeEnv(gym.Env):
    """Two dams in one river, hourly prices, one month."""

    metadata = {"render_modes": []}

    def __init__(self, hours=720, storm=False):
        super().__init__()
        self.hours = hours
        self.storm = storm
        self.observation_space = spaces.Box(-5.0, 5.0, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Box(0.0, 1.0, shape=(2,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.h = 0
        self.levels = self.np_random.uniform(0.4, 0.7, 2)
        self.rain = 0.0
        return self._get_obs(), {}

    def _get_obs(self):
        day = 2 * np.pi * self.h / 24
        return np.array([*self.levels, self.rain, np.sin(day), np.cos(day)], dtype=np.float32)

    def step(self, action):
        action = np.clip(action, 0, 1)
        self.rain = 0.9 * self.rain + (0.6 if self.storm else 0.3) * self.np_random.gamma(0.3)
        release = np.minimum(self.levels, 0.03 * action)
        self.levels -= release
        self.levels[0] += 0.01 * self.rain
        self.levels[1] += release[0]
        spill = np.maximum(self.levels - 1, 0).sum()
        self.levels = np.minimum(self.levels, 1)
        price = 1 + 0.6 * np.sin(2 * np.pi * (self.h - 12) / 24)
        self.h += 1
        reward = float(30 * price * (release * (0.5 + self.levels)).sum() - 40 * spill)
        return self._get_obs(), reward, False, self.h >= self.hours, {}
