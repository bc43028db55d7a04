import torch
from torch import nn

from .registry import register


class Base(nn.Module):
    hidden = 0

    def start(self, n):
        return torch.zeros(n, self.hidden)


@register("gru")
class GRUNet(Base):
    def __init__(self, n_obs, n_act, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(n_obs, hidden)
        self.pi = nn.Linear(hidden, n_act)

    def forward(self, obs, h):
        h = self.cell(obs, h)
        return self.pi(h), h


@register("gru_deep")
class GRUDeep(Base):
    def __init__(self, n_obs, n_act, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.pre = nn.Sequential(nn.Linear(n_obs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.cell = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_act)

    def forward(self, obs, h):
        h = self.cell(self.pre(obs), h)
        return self.pi(h), h
