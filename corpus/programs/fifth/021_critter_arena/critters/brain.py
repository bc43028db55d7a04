import math

import torch
from torch import nn


class MinimalGate(nn.Module):
    """Minimal gated unit (one gate), written out because we evolve it and never differentiate."""

    def __init__(self, n_in: int, n: int):
        super().__init__()
        self.n = n
        self.wf = nn.Parameter(torch.randn(n, n_in + n) / math.sqrt(n_in + n))
        self.bf = nn.Parameter(torch.zeros(n))
        self.wh = nn.Parameter(torch.randn(n, n_in + n) / math.sqrt(n_in + n))
        self.bh = nn.Parameter(torch.zeros(n))

    def forward(self, x, h):
        f = torch.sigmoid(self.wf @ torch.cat([x, h]) + self.bf)
        cand = torch.tanh(self.wh @ torch.cat([x, f * h]) + self.bh)
        return (1 - f) * h + f * cand


class Brain(nn.Module):
    def __init__(self, senses: int = 6, units: int = 24, muscles: int = 2):
        super().__init__()
        self.cell = MinimalGate(senses, units)
        self.motor = nn.Linear(units, muscles)

    def rest(self):
        return torch.zeros(self.cell.n)

    def forward(self, senses, trace):
        trace = self.cell(senses, trace)
        return torch.tanh(self.motor(trace)), trace
