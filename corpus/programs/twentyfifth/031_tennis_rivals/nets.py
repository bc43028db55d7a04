import torch
from torch import nn
from torch.distributions import Categorical


class RacketNet(nn.Module):
    def __init__(self, obs_dim=3, hidden=96, n_actions=3):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh())
        self.cell = nn.GRUCell(64, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def start(self, n):
        return torch.zeros(n, self.hidden, device=self.pi.weight.device)

    def forward(self, obs, h):
        h = self.cell(self.inp(obs), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h
