import torch
import torch.nn as nn


class KitePilot(nn.Module):
    """Keeps its own hidden state, call reset(i) when kite i starts again."""

    def __init__(self, num_kites, obs_dim=6, hidden=64):
        super().__init__()
        self.num_kites, self.hidden_dim = num_kites, hidden
        self.embed = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ELU())
        self.cell = nn.LSTMCell(hidden, hidden)
        self.mu = nn.Linear(hidden, 2)
        self.log_std = nn.Parameter(torch.zeros(2) - 1.0)
        self.h = torch.zeros(num_kites, hidden)
        self.c = torch.zeros(num_kites, hidden)

    def reset(self, idx):
        self.h[idx] = 0.0
        self.c[idx] = 0.0

    def forward(self, obs):
        self.h, self.c = self.cell(self.embed(obs), (self.h, self.c))
        return torch.distributions.Normal(self.mu(self.h), self.log_std.exp())

    @torch.no_grad()
    def act(self, obs, explore):
        dist = self.forward(obs)
        return dist.sample() if explore else dist.mean
