import torch
import torch.nn as nn
from torch.distributions import Normal


class GaussianGRU(nn.Module):
    def __init__(self, obs_dim, act_dim, width=96):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(obs_dim, width), nn.ELU())
        self.cell = nn.GRUCell(width, width)
        self.mu = nn.Linear(width, act_dim)
        self.v = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.zeros(act_dim))

    def forward(self, obs, h):
        h = self.cell(self.enc(obs), h)
        return Normal(self.mu(h), self.log_std.exp()), self.v(h).squeeze(-1), h

    def start(self, n):
        return torch.zeros(n, self.cell.hidden_size)
