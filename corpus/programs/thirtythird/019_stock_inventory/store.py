import gymnasium as gym
import numpy as np
from gymnasium import spaces


class StoreEnv(gym.Env):
    """One article, lost sales, lead time of three days, season not shown."""

    def __init__(self, horizon=120, lead=3, cap=40):
        super().__init__()
        self.horizon, self.lead, self.cap = horizon, lead, cap
        self.observation_space = spaces.Box(-5.0, 5.0, shape=(4,), dtype=np.float32)
        self.action_space = spaces.Discrete(6)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day = 0
        self.shift = self.np_random.uniform(0, 2 * np.pi)
        self.level = self.np_random.uniform(3, 7)
        self.stock = 15
        self.pipe = [0] * self.lead
        self.sold = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.stock / self.cap, sum(self.pipe) / self.cap, self.sold / 10, self.day / self.horizon],
                        dtype=np.float32)

    def step(self, action):
        self.stock = min(self.cap, self.stock + self.pipe.pop(0))
        self.pipe.append(int(action) * 2)
        mean = self.level * (1 + 0.6 * np.sin(2 * np.pi * self.day / 60 + self.shift))
        demand = int(self.np_random.poisson(max(mean, 0.1)))
        self.sold = min(demand, self.stock)
        self.stock -= self.sold
        reward = 1.0 * self.sold - 0.05 * self.stock - 0.5 * (demand - self.sold) - 0.6 * int(action)
        self.day += 1
        return self._obs(), float(reward) / 10, False, self.day >= self.horizon, {"missed": demand - self.sold}
