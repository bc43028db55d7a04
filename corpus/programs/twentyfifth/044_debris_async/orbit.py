import math
import random

import torch
from torch import nn


class Orbit:
    """One dimensional rendezvous with noisy radar."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def reset(self):
        self.x = self.random.uniform(20, 60)
        self.v = self.random.uniform(-1, 1)
        self.spin = self.random.uniform(0, math.tau)
        self.t = 0
        return self.measure()

    def measure(self):
        glint = math.cos(self.spin + 0.3 * self.t)
        return [self.x / 60 + self.random.gauss(0, 0.05), glint, self.t / 200]

    def step(self, a):
        self.v += (-0.2, 0.0, 0.2)[a]
        self.x += self.v * 0.5
        self.t += 1
        if abs(self.x) < 1.0:
            return self.measure(), (5.0 if abs(self.v) < 0.5 else -2.0), True
        return self.measure(), -0.005 * abs(self.x), self.t >= 200 or self.x > 120


class Catcher(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(3, 64)
        self.heads = nn.ModuleDict({"pi": nn.Linear(64, 3), "v": nn.Linear(64, 1)})

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.heads["pi"](h), self.heads["v"](h), h
