import gymnasium as gym
import numpy as np


class SolarCarEnv(gym.Env):
    """Choose the cruising speed over a long stage; cloud cover is only felt by the panel."""

    SPEEDS = np.array([40.0, 55.0, 70.0, 85.0, 100.0])

    def __init__(self, stage_km=600.0):
        self.stage_km = stage_km
        self.observation_space = gym.spaces.Box(0.0, 2.0, shape=(4,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(len(self.SPEEDS))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.km = 0.0
        self.charge = 1.0
        self.hour = 8.0
        self.cloud = self.np_random.uniform(0, 0.6)
        return self._obs(), {}

    def _sun(self):
        return max(0.0, np.sin(np.pi * (self.hour - 6) / 12)) * (1 - self.cloud)

    def _obs(self):
        panel = self._sun() * self.np_random.uniform(0.9, 1.1)
        return np.array([self.km / self.stage_km, self.charge, self.hour / 24, panel], dtype=np.float32)

    def step(self, action):
        speed = self.SPEEDS[int(action)]
        hours = 0.05
        power = 0.15 + 1.6 * (speed / 100) ** 3
        self.charge = min(1.0, self.charge + hours * 0.25 * (1.2 * self._sun() - power))
        self.cloud = float(np.clip(self.cloud + self.np_random.normal(0, 0.03), 0, 1))
        self.km += speed * hours
        self.hour += hours
        empty = self.charge <= 0
        arrived = self.km >= self.stage_km
        reward = speed * hours / 100 - (3.0 if empty else 0.0) + (2.0 if arrived else 0.0)
        return self._obs(), float(reward), bool(empty or arrived), self.hour >= 20, {}
