import gymnasium as gym
import numpy as np


class StoreEnv(gym.Env):
    """One product, daily orders, lost sales. Demand has a season that is not observed."""

    def __init__(self, lead_time=4, capacity=200.0):
        self.lead_time, self.capacity = lead_time, capacity
        self.observation_space = gym.spaces.Box(0, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Box(0, 60, (1,), np.float32)

    def suggested_level(self):
        return 20.0 * (self.lead_time + 1) + 15.0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day = 0
        self.phase = self.np_random.uniform(0, 2 * np.pi)
        self.stock, self.last = 60.0, 20.0
        self.pipe = [20.0] * self.lead_time
        return self._obs(), {}

    def _obs(self):
        return np.array([self.stock, sum(self.pipe), self.last, self.day % 7], dtype=np.float32)

    def step(self, action):
        order = float(np.clip(action[0], 0, 60))
        self.stock = min(self.capacity, self.stock + self.pipe.pop(0))
        self.pipe.append(order)
        rate = 20 * (1 + 0.5 * np.sin(2 * np.pi * self.day / 91 + self.phase))
        demand = float(self.np_random.poisson(rate))
        sold = min(demand, self.stock)
        self.stock -= sold
        self.last = sold
        self.day += 1
        reward = -(0.1 * self.stock + 2.0 * (demand - sold) + 0.02 * order)
        return self._obs(), reward, False, self.day >= 365, {"fill_rate": sold / max(demand, 1.0)}
