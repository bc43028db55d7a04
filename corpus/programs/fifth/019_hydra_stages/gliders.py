import math

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Glider(gym.Env):
    """Stay in the thermal; vertical speed is the only instrument."""

    def __init__(self, wind: float = 0.0):
        self.wind = wind
        self.observation_space = spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.p = self.np_random.uniform(-100, 100, 2)
        self.yaw, self.h, self.t, self.lift = self.np_random.uniform(-3, 3), 500.0, 0, 0.0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.lift, math.sin(self.yaw), math.cos(self.yaw)], dtype=np.float32)

    def step(self, a):
        self.yaw += (-0.15, 0.0, 0.15)[int(a)]
        self.p = self.p + 10 * np.array([math.cos(self.yaw), math.sin(self.yaw)]) + self.wind * self.np_random.normal(0, 5, 2)
        self.lift = 4 * math.exp(-float(self.p @ self.p) / 20_000) - 1.2
        self.h += self.lift
        self.t += 1
        return self._obs(), self.lift, self.h <= 0, self.t >= 1000, {}
