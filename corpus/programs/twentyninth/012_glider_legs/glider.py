from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn as nn
from torch import Tensor


class Core(NamedTuple):
    h: Tensor
    c: Tensor

    @classmethod
    def blank(cls, units: int) -> Core:
        return cls(torch.zeros(1, units), torch.zeros(1, units))


class BuoyancyNet(nn.Module):
    def __init__(self, units: int = 48):
        super().__init__()
        self.units = units
        self.rnn = nn.LSTMCell(5, units)
        self.pump = nn.Linear(units, 1)
        self.fin = nn.Linear(units, 1)

    def forward(self, x: Tensor, core: Core) -> tuple[Tensor, Core]:
        core = Core(*self.rnn(x, core))
        return torch.cat([self.pump(core.h), self.fin(core.h)], -1).tanh(), core


class Water:
    """Vertical plane model of an underwater glider with layered currents."""

    def __init__(self, seed: int):
        g = torch.Generator().manual_seed(seed)
        self.current = (torch.rand(5, generator=g) - 0.5).tolist()
        self.depth, self.x, self.sink, self.pitch, self.fill = 1.0, 0.0, 0.0, 0.0, 0.5

    def sense(self, target: float) -> Tensor:
        return torch.tensor([[self.depth / 100, target / 100, self.pitch, self.fill, 1.0]])

    def act(self, pump: float, fin: float) -> None:
        self.fill = min(1.0, max(0.0, self.fill + 0.01 * pump))
        self.pitch = 0.95 * self.pitch + 0.05 * fin
        self.sink = 0.9 * self.sink + 0.1 * (self.fill - 0.5)
        self.depth = max(0.0, self.depth + self.sink)
        layer = min(4, int(self.depth // 25))
        self.x += abs(self.sink) * math.sin(self.pitch) + 0.1 * self.current[layer]
