import gymnasium as gym
import numpy as np


class ChillerPlant(gym.Env):
    """Server hall with a chilled-water loop. The IT load jumps and isn't measured, only rack temperatures are."""

    def __init__(self, racks=6, minutes=1440):
        self.racks, self.minutes = racks, minutes
        self.observation_space = gym.spaces.Box(-10, 10, (racks + 3,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.load = self.np_random.uniform(0.3, 0.7, self.racks)
        self.rack = np.full(self.racks, 24.0)
        self.water = 12.0
        self.fan = 0.5
        return self._obs(), {}

    def _obs(self):
        return np.array([*(self.rack - 25) / 5, (self.water - 12) / 4, self.fan, self.t / self.minutes], np.float32)

    def step(self, action):
        if self.np_random.random() < 0.02:
            self.load = np.clip(self.load + self.np_random.normal(0, 0.3, self.racks), 0.1, 1.0)
        setpoint = 12 + 5 * float(action[0])
        self.fan = 0.1 + 0.45 * (float(action[1]) + 1)
        self.water += 0.1 * (setpoint - self.water)
        self.rack += 0.8 * self.load - 0.08 * self.fan * (self.rack - self.water)
        power = max(0.0, 20 - self.water) * 0.05 + self.fan ** 3
        hot = float(np.clip(self.rack - 27, 0, 8).sum())
        self.t += 1
        return self._obs(), -power - hot, False, self.t >= self.minutes, {"hot": hot}
