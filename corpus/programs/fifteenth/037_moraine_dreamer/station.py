import math

import torch


class Station:
    obs_dim, act_dim = 4, 1

    def __init__(self, length=240):
        self.length = length

    def reset(self):
        self.t, self.battery, self.flow = 0, 0.8, 0.0
        self.melt = 0.2 + 0.6 * torch.rand(()).item()
        return self._obs(False)

    def _obs(self, sampled):
        reading = self.flow + 0.05 * torch.randn(()).item() if sampled else 0.0
        return torch.tensor([self.battery, reading, float(sampled), math.sin(self.t / 38)])

    def step(self, act):
        rate = (act.item() + 1) / 2
        sampled = torch.rand(()).item() < rate and self.battery > 0.05
        self.flow = 0.95 * self.flow + 0.05 * self.melt * (1 + math.sin(self.t / 38))
        sun = max(0.0, math.sin(self.t / 12))
        self.battery = min(1.0, self.battery + 0.02 * sun - 0.03 * sampled - 0.005)
        self.t += 1
        flat = self.battery <= 0
        return self._obs(sampled), self.flow * sampled - 2.0 * flat, flat and self.t > 60 or self.t >= self.length
