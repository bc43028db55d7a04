import torch
from torch import nn


class SelfNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=80):
        super().__init__()
        self.hidden = hidden
        self.pre = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ELU())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.vf = nn.Linear(hidden, 1)

    def initial(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, hc):
        h, c = self.lstm(self.pre(obs), hc)
        return self.pi(h), self.vf(h).squeeze(-1), (h, c)
