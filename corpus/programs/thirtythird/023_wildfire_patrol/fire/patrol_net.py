import torch
from torch import nn


class PatrolNet(nn.Module):
    def __init__(self, n_obs, n_act, d=64):
        super().__init__()
        self.d = d
        self.gru = nn.GRUCell(n_obs, d)
        self.pi = nn.Linear(d, n_act)
        self.v = nn.Linear(d, 1)

    def forward(self, x, ctx):
        ctx = self.gru(x, ctx)
        return self.pi(ctx), self.v(ctx).squeeze(-1), ctx
