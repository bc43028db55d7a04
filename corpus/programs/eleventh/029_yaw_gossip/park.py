import math

import torch


class WindPark:
    """Wind direction at a row of turbines, a gust front moves through the row."""

    def __init__(self, n, seed=11):
        self.n = n
        self.gen = torch.Generator().manual_seed(seed)
        self.t = 0
        self.turb = torch.zeros(n)

    def measure(self):
        phase = torch.arange(self.n) * 0.3
        base = 0.6 * torch.sin(2 * math.pi * self.t / 90 - phase)
        self.turb = 0.9 * self.turb + 0.1 * torch.randn(self.n, generator=self.gen)
        self.t += 1
        return base + self.turb
