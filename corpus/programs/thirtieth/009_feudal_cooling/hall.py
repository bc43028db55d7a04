import math

import torch


class ServerHall:
    """Rack inlet temperatures of a hall; the chillers run day and night."""

    racks = 8
    n_act = 5  # chiller set-point steps

    def __init__(self, seed: int):
        self.g = torch.Generator().manual_seed(seed)
        self.temp = 24 + torch.randn(self.racks, generator=self.g)
        self.load = torch.full((self.racks,), 0.5)
        self.cool = 2.0
        self.minute = 0

    @property
    def obs_dim(self) -> int:
        return self.racks + 3

    def sense(self) -> torch.Tensor:
        day = self.minute / 1440 * 2 * math.pi
        extra = torch.tensor([self.cool / 4, math.sin(day), math.cos(day)])
        blur = 0.5 * torch.randn(self.racks, generator=self.g)
        return torch.cat([(self.temp + blur - 24) / 5, extra]).unsqueeze(0)

    def step(self, a: int) -> float:
        self.cool += 0.3 * (a - self.cool)
        kick = torch.randn(self.racks, generator=self.g)
        self.load = (self.load + 0.02 * kick).clamp(0.1, 1.0)
        outside = 18 + 8 * math.sin(self.minute / 1440 * 2 * math.pi)
        self.temp = self.temp + 0.8 * self.load + 0.01 * (outside - self.temp) - 0.25 * self.cool
        self.temp = self.temp.clamp(10, 45)
        self.minute += 1
        hot = (self.temp - 27).clamp(min=0).sum().item()
        return -0.1 * self.cool - 0.2 * hot
