import torch
import torch.nn as nn
from torch.distributions import Independent, Normal


class Pilot(nn.Module):
    def __init__(self, obs_dim=8, act_dim=2, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.pre = nn.Sequential(nn.Linear(obs_dim, hidden), nn.LeakyReLU())
        self.memory = nn.LSTMCell(hidden, hidden)
        self.mean = nn.Linear(hidden, act_dim)
        self.log_std = nn.Parameter(torch.zeros(act_dim) - 1.0)
        self.critic = nn.Linear(hidden, 1)

    def blank(self):
        return (torch.zeros(1, self.hidden), torch.zeros(1, self.hidden))

    def forward(self, obs, hc):
        h, c = self.memory(self.pre(obs), hc)
        dist = Independent(Normal(torch.tanh(self.mean(h)), self.log_std.exp()), 1)
        return dist, self.critic(h).squeeze(-1), (h, c)
