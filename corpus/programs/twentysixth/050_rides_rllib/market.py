import gymnasium as gym
import numpy as np


class RideMarket(gym.Env):
    PRICES = np.array([0.8, 1.0, 1.3, 1.7, 2.2])

    def __init__(self, config=None):
        self.horizon = (config or {}).get("horizon", 96)
        self.observation_space = gym.spaces.Box(-1, 10, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(len(self.PRICES))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.idle, self.rain = 0, 30, 0.0
        self.requests = 10
        return self._obs(), {}

    def _obs(self):
        a = 2 * np.pi * self.t / self.horizon
        return np.array([self.requests / 20, self.idle / 30, np.sin(a), np.cos(a)], np.float32)

    def step(self, action):
        price = self.PRICES[action]
        accepted = self.np_random.binomial(self.requests, np.exp(-0.6 * price))
        served = min(accepted, self.idle)
        self.idle = int(np.clip(self.idle - served + self.np_random.binomial(60 - self.idle, 0.1 * price), 0, 60))
        self.rain = np.clip(0.9 * self.rain + self.np_random.normal(0, 0.2), 0, 1)
        self.requests = int(self.np_random.poisson(12 * (1 + self.rain)))
        self.t += 1
        return self._obs(), float(served * price) / 10, self.t >= self.horizon, False, {}
