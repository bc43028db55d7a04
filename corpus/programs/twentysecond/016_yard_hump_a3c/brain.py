import torch
from torch import nn


class Brain(nn.Module):
    def __init__(self, units=64):
        super().__init__()
        self.units = units
        self.inp = nn.Linear(4, units)
        self.mem = nn.GRUCell(units, units)
        self.p = nn.Linear(units, 5)
        self.v = nn.Linear(units, 1)

    def initial(self):
        return torch.zeros(1, self.units)

    def forward(self, x, s):
        s = self.mem(torch.tanh(self.inp(x)), s)
        return self.p(s), self.v(s).squeeze(-1), s


class HumpBrain:
    """Plain SGD into the shared parameters."""

    @staticmethod
    @torch.no_grad()
    def push(local, shared, lr):
        nn.utils.clip_grad_norm_(local.parameters(), 5.0)
        for p, q in zip(local.parameters(), shared.parameters()):
            q.sub_(lr.value * p.grad)
