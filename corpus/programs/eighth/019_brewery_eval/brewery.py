import gymnasium as gym
import numpy as np
from gymnasium import spaces


class FermenterEnv(gym.Env):
    """Fermentation of one brew, an hour a step. Gravity is measured only twice a day."""

    metadata = {"render_modes": []}

    def __init__(self, hours=168):
        super().__init__()
        self.hours = hours
        self.observation_space = spaces.Box(-5.0, 5.0, shape=(4,), dtype=np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.hour = 0
        self.temp = 18.0
        self.gravity = 1.050
        self.vigour = self.np_random.uniform(0.6, 1.4)
        self.ester = 0.0
        return self._obs(), {}

    def _obs(self):
        measured = self.hour % 12 == 0
        g = (self.gravity - 1.0) * 20 if measured else 0.0
        return np.array([(self.temp - 18) / 5, g, float(measured), self.hour / self.hours], dtype=np.float32)

    def step(self, action):
        self.temp += (int(action) - 1) * 0.5 + self.np_random.normal(0, 0.1)
        activity = self.vigour * np.exp(-((self.temp - 20) / 5) ** 2)
        before = self.gravity
        self.gravity = max(1.010, self.gravity - 0.0006 * activity)
        self.ester += max(0.0, self.temp - 22) * 0.02
        self.hour += 1
        reward = (before - self.gravity) * 100
        terminated = False
        truncated = self.hour >= self.hours
        if truncated:
            reward -= self.ester
        return self._obs(), float(reward), terminated, truncated, {"gravity": self.gravity, "ester": self.ester}
