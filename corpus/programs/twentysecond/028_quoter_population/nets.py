import torch
from torch import nn


class QuoterNet(nn.Module):
    """GRU core, gaussian head for (half spread, skew)."""

    def __init__(self, n_in: int, width: int = 96):
        super().__init__()
        self.width = width
        self.inp = nn.Sequential(nn.Linear(n_in, width), nn.SiLU())
        self.core = nn.GRUCell(width, width)
        self.mu = nn.Linear(width, 2)
        self.log_std = nn.Parameter(torch.full((2,), -1.0))
        self.v = nn.Linear(width, 1)

    def zero_state(self, n: int) -> torch.Tensor:
        return torch.zeros(n, self.width)

    def step(self, x, h, first):
        h = h * (1.0 - first).unsqueeze(1)
        h = self.core(self.inp(x), h)
        pi = torch.distributions.Normal(self.mu(h), self.log_std.exp())
        return pi, self.v(h).squeeze(1), h
