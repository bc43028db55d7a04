import gymnasium as gym
import numpy as np


class TunnelAir(gym.Env):
    """One week of a two-tube tunnel in 5 minute steps. Actions: fan power of the two tubes."""

    def __init__(self, steps=2016):
        self.steps = steps
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.co = self.np_random.uniform(5, 20, 2)
        self.wind = self.np_random.normal(0, 0.3)
        return self._obs(), {}

    def _obs(self):
        hour = 2 * np.pi * (self.k % 288) / 288
        smoke = self.co + self.np_random.normal(0, 3, 2)
        return np.array([*(smoke / 50), np.sin(hour), np.cos(hour), self.wind, self.k / self.steps], np.float32)

    def step(self, action):
        hour = (self.k % 288) / 12
        cars = np.array([8 + 20 * np.exp(-((hour - 8) ** 2) / 4), 8 + 20 * np.exp(-((hour - 17) ** 2) / 4)])
        self.wind = 0.95 * self.wind + self.np_random.normal(0, 0.08)
        draught = np.abs(np.array([self.wind, -self.wind]) + 3 * np.asarray(action))
        self.co = np.maximum(0, self.co + 0.5 * cars - 0.15 * draught * self.co)
        self.k += 1
        cost = 0.6 * float((np.asarray(action) ** 3).sum()) + float(np.maximum(0, self.co - 30).sum()) / 10
        return self._obs(), -cost, False, self.k >= self.steps, {}
