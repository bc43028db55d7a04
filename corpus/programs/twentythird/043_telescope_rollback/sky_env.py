import gymnasium as gym
import numpy as np
from gymnasium import spaces


class NightEnv(gym.Env):
    """Pick the next field to observe. Clouds are only seen where the telescope points."""

    N = 8

    def __init__(self):
        self.action_space = spaces.Discrete(self.N)
        self.observation_space = spaces.Box(-5, 5, (self.N + 4,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.ra = np.sort(self.np_random.uniform(0, 2 * np.pi, self.N))
        self.left = self.np_random.integers(2, 8, self.N)
        self.cloud = self.np_random.uniform(0, 1, self.N)
        self.at = 0
        return self._obs(), {}

    def _obs(self):
        hour = self.t / 120 * np.pi
        alt = np.cos(self.ra - hour)
        extra = [self.cloud[self.at], self.left[self.at] / 8, self.at / self.N, self.t / 120]
        return np.concatenate([alt, extra]).astype(np.float32)

    def step(self, action):
        slew = abs(int(action) - self.at) / self.N
        self.at = int(action)
        alt = np.cos(self.ra[self.at] - self.t / 120 * np.pi)
        quality = max(0.0, alt) * (1 - self.cloud[self.at])
        reward = -0.1 * slew
        if self.left[self.at] > 0 and quality > 0.4:
            self.left[self.at] -= 1
            reward += quality
        self.cloud = np.clip(self.cloud + self.np_random.normal(0, 0.05, self.N), 0, 1)
        self.t += 1
        return self._obs(), float(reward), bool(self.left.sum() == 0), self.t >= 120, {}
