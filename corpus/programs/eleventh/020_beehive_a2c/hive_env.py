import gymnasium as gym
import numpy as np


class HiveEnv(gym.Env):
    """Open or close the flaps of a beehive through one day; humidity is not measured."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-5, 5, (2,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.minute = 0
        self.flap = 0.5
        self.temp = self.np_random.uniform(30, 36)
        self.humid = self.np_random.uniform(0.4, 0.7)
        self.offset = self.np_random.uniform(-6, 6)
        return self._see(), {}

    def _see(self):
        return np.array([(self.temp - 34.5) / 4, self.flap], np.float32)

    def step(self, action):
        self.minute += 1
        self.flap = float(np.clip(self.flap + 0.1 * (action - 1), 0, 1))
        outside = 20 + self.offset + 8 * np.sin(2 * np.pi * self.minute / 288)
        self.temp += 0.6 * (1 + self.humid) - (0.01 + 0.06 * self.flap) * (self.temp - outside)
        self.humid += 0.01 - 0.03 * self.flap * self.humid
        swarmed = bool(self.temp > 42)
        reward = -abs(self.temp - 34.5) / 4 - abs(self.humid - 0.55) - 10 * swarmed
        return self._see(), float(reward), swarmed, self.minute >= 288, {}
