import torch
import torch.nn as nn


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim + n_act, hidden), nn.ReLU())
        self.rnn = nn.GRU(hidden, hidden)
        self.adv = nn.Linear(hidden, n_act)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, h):
        y, h = self.rnn(self.body(x), h)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), h
