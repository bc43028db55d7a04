import random

import torch


class BusLine:
    """One bus is held at stops to keep the headway to the bus before."""

    def __init__(self, stops=30):
        self.stops = stops

    def reset(self):
        self.i = 0
        self.headway = random.uniform(4, 10)
        self.crowd = random.uniform(0.2, 0.8)
        return self.obs()

    def obs(self):
        seen = self.headway + random.gauss(0, 1.0)
        return torch.tensor([[seen / 10, self.i / self.stops]])

    def step(self, hold):
        self.headway += hold * 0.5 + self.crowd * random.gauss(0, 0.8) - 0.2
        self.headway = max(0.5, self.headway)
        self.i += 1
        reward = -abs(self.headway - 7) / 7 - 0.05 * hold
        return self.obs(), reward, self.i >= self.stops
