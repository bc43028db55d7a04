import gymnasium as gym
import numpy as np


class DialysatePatient(gym.Env):
    """Conductivity and temperature of the dialysate set every five minutes."""

    metadata = {}

    def __init__(self, length: int = 48):
        self.length = length
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.minute = 0
        self.sodium = self.np_random.normal(139.0, 2.0)
        self.core_temp = self.np_random.normal(36.6, 0.2)
        self.cramp = 0.0
        self.lag = np.zeros(2)
        return self._sense(), {}

    def _sense(self):
        noise = self.np_random.normal(0, 0.1, 2)
        return np.array([self.lag[0] + noise[0], self.lag[1] + noise[1],
                         self.core_temp - 36.5, self.cramp, self.minute / self.length], np.float32)

    def step(self, action):
        bath_na, bath_t = 138.0 + 4.0 * action[0], 36.5 + 1.0 * action[1]
        self.sodium += 0.08 * (bath_na - self.sodium)
        self.core_temp += 0.05 * (bath_t - self.core_temp) + 0.01
        self.lag = 0.7 * self.lag + 0.3 * np.asarray(action, dtype=float)
        self.cramp = max(0.0, 0.9 * self.cramp + 0.1 * (137.0 - self.sodium))
        self.minute += 1
        reward = -self.cramp - abs(self.core_temp - 36.3) - 0.05 * abs(self.sodium - 138.0)
        return self._sense(), float(reward), bool(self.core_temp > 38.0), self.minute >= self.length, {}
