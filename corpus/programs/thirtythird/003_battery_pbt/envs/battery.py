import math

import numpy as np


class BatteryMarket:
    """Grid battery on a quarter-hourly spot market. The plant runs on without end."""

    obs_dim = 5
    n_actions = 3

    def __init__(self, seed, capacity=4.0, power=1.0, efficiency=0.93):
        self.rng = np.random.RandomState(seed)
        self.capacity = capacity
        self.power = power
        self.eff = efficiency
        self.t = self.rng.randint(96)
        self.soc = capacity / 2
        self.noise = 0.0
        self.price = 40.0

    def observe(self):
        ph = 2 * math.pi * (self.t % 96) / 96
        return np.array([self.soc / self.capacity, self.price / 100.0, math.sin(ph), math.cos(ph), self.noise / 20.0],
                        dtype=np.float32)

    def advance(self, action):
        flow = (action - 1) * self.power / 4
        flow = float(np.clip(flow, -self.soc, self.capacity - self.soc))
        self.soc += flow * self.eff if flow > 0 else flow
        cash = -flow * self.price
        self.t += 1
        self.noise = 0.95 * self.noise + self.rng.randn() * 3
        base = 45 + 20 * math.sin(2 * math.pi * ((self.t % 96) - 30) / 96)
        self.price = max(base + self.noise, -20.0)
        return self.observe(), cash / 20.0
