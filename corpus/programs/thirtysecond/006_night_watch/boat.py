import gymnasium as gym
import numpy as np


class OceanDrift(gym.Env):
    """Keep a course through current bands at night, with the compass and the log only."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.course, self.off = 0, 0.0, 0.0
        self.band = self.np_random.normal(0, 0.05, size=20)
        return self._obs(), {}

    def _obs(self):
        fix = self.off if self.t % 60 == 0 else 0.0
        return np.array([self.course, fix, float(self.t % 60 == 0)], np.float32).clip(-10, 10)

    def step(self, action):
        self.course = float(np.clip(self.course + 0.05 * (int(action) - 1), -0.6, 0.6))
        self.off += 0.1 * self.course + self.band[min(self.t // 60, 19)]
        self.t += 1
        return self._obs(), -abs(self.off) * 0.1, abs(self.off) > 40, self.t >= 1200, {}
