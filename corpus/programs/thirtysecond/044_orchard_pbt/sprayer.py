import random
from dataclasses import dataclass, field

import torch
from torch import nn


class RowSprayer:
    """Trees stand at an unknown spacing; spray when one passes, do not waste."""

    LIMIT = 120

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.t, self.gap, self.next = 0, self.rng.randint(3, 8), self.rng.randint(1, 8)
        return torch.zeros(1, 2)

    def step(self, a):
        self.t += 1
        tree = self.t == self.next
        if tree:
            self.next += self.gap
        r = 1.0 if a and tree else (-0.3 if a else (-1.0 if tree else 0.0))
        return torch.tensor([[float(tree), 1.0]]), r, self.t >= self.LIMIT


class Nozzle(nn.Module):
    def __init__(self, size=32):
        super().__init__()
        self.size = size
        self.rec = nn.RNNCell(2, size)
        self.pi = nn.Linear(size, 2)
        self.v = nn.Linear(size, 1)

    def forward(self, x, m):
        m = self.rec(x, m)
        return self.pi(m)[0], self.v(m)[0, 0], m


@dataclass
class Drive:
    """A run along a row that is under way."""

    env: RowSprayer
    size: int
    obs: torch.Tensor = None
    memo: torch.Tensor = None
    gained: float = 0.0

    def __post_init__(self):
        self.obs = self.env.reset()
        self.memo = torch.zeros(1, self.size)


@dataclass
class Hyper:
    lr: float
    entropy: float
    gamma: float = 0.97

    def perturbed(self, rng):
        return Hyper(self.lr * rng.choice([0.8, 1.25]), self.entropy * rng.choice([0.8, 1.25]), self.gamma)


@dataclass
class Score:
    window: list = field(default_factory=list)

    def add(self, x):
        self.window = (self.window + [x])[-20:]

    def value(self):
        return sum(self.window) / len(self.window) if self.window else float("-inf")
