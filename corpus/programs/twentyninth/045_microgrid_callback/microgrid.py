import gymnasium as gym
import numpy as np


class Microgrid(gym.Env):
    """Battery and diesel on an island; hidden weather regime, two days of half-hours per episode."""

    def __init__(self, seed=None):
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (5,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.soc = 0.5
        self.cloud = self.np_random.uniform(0, 1)
        return self._obs(), {}

    def _obs(self):
        day = 2 * np.pi * self.t / 48
        self.pv = max(0.0, -np.cos(day)) * (1 - 0.8 * self.cloud) + self.np_random.normal(0, 0.05)
        self.load = 0.5 + 0.25 * np.sin(day - 2.0) + self.np_random.normal(0, 0.05)
        return np.array([self.soc, self.pv, self.load, np.sin(day), np.cos(day)], np.float32)

    def step(self, action):
        battery, diesel = float(action[0]) * 0.3, (float(action[1]) + 1) / 2
        battery = float(np.clip(battery, -(1 - self.soc) * 4, self.soc * 4))
        self.soc = float(np.clip(self.soc - battery / 4, 0, 1))
        gap = self.load - self.pv - battery - 0.6 * diesel
        reward = -2.0 * max(0.0, gap) - 0.1 * max(0.0, -gap) - 0.4 * diesel
        self.cloud = float(np.clip(self.cloud + self.np_random.normal(0, 0.05), 0, 1))
        self.t += 1
        return self._obs(), reward, False, self.t >= 96, {}
