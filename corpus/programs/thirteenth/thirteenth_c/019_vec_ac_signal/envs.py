import gymnasium as gym
import numpy as np


class GridBattery(gym.Env):
    """Charge or discharge a home battery against a price that jumps between regimes (one episode = one week of hours)."""

    HOURS = 168

    def __init__(self, capacity=10.0):
        self.capacity = capacity
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def _obs(self):
        hour = 2 * np.pi * (self.t % 24) / 24
        return np.array([self.price, self.charge / self.capacity, np.sin(hour), np.cos(hour)], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.charge = self.capacity / 2
        self.regime = self.np_random.uniform(-0.5, 0.5)
        self.price = self.regime
        return self._obs(), {}

    def step(self, action):
        flow = (0.0, 1.0, -1.0)[int(action)]
        flow = float(np.clip(self.charge + flow, 0, self.capacity) - self.charge)
        reward = -flow * self.price - 0.02 * abs(flow)
        self.charge += flow
        self.t += 1
        if self.np_random.random() < 0.03:
            self.regime = self.np_random.uniform(-0.5, 0.5)
        self.price = self.regime + 0.5 * np.sin(2 * np.pi * (self.t - 14) / 24) + 0.1 * self.np_random.normal()
        return self._obs(), float(reward), self.t >= self.HOURS, False, {}
