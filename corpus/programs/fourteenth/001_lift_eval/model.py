import torch
import torch.nn as nn


class LiftPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions=3, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def blank(self):
        return torch.zeros(1, self.hidden)

    def forward(self, x, h):
        h = self.rnn(self.enc(x), h)
        return self.pi(h), self.v(h).squeeze(-1), h
