import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CoolingEnv(gym.Env):
    """Three racks, three fans. The load is not measured, only inlet temperatures."""

    def __init__(self, horizon=288):
        self.horizon = horizon
        self.observation_space = spaces.Box(-5.0, 5.0, (5,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.temp = self.np_random.uniform(20, 24, 3)
        self.load = self.np_random.uniform(0.2, 0.8, 3)
        return self._obs(), {}

    def _obs(self):
        day = 2 * np.pi * self.t / 288
        x = np.concatenate([(self.temp - 22) / 5, [np.sin(day), np.cos(day)]])
        return np.clip(x, -5, 5).astype(np.float32)

    def step(self, action):
        fan = (np.clip(action, -1, 1) + 1) / 2
        self.load = np.clip(self.load + self.np_random.normal(0, 0.03, 3), 0, 1)
        self.temp += 1.5 * self.load - 2.0 * fan + 0.1 * (22 - self.temp)
        self.t += 1
        hot = np.maximum(0, self.temp - 26)
        reward = -float((fan ** 3).sum()) - 0.5 * float((hot ** 2).sum())
        return self._obs(), reward, False, self.t >= self.horizon, {}
