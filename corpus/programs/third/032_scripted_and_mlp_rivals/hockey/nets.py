import torch
from torch import nn


class LSTMStriker(nn.Module):
    def __init__(self, n_in=5, n_out=5, hid=64):
        super().__init__()
        self.hid = hid
        self.cell = nn.LSTMCell(n_in, hid)
        self.pi = nn.Linear(hid, n_out)
        self.v = nn.Linear(hid, 1)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)

    def zeros(self, n):
        return torch.zeros(n, self.hid), torch.zeros(n, self.hid)


class Goalie(nn.Module):
    def __init__(self, n_in=5, n_out=5, hid=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(n_in, hid), nn.ReLU(), nn.Linear(hid, n_out))

    def forward(self, x):
        return self.body(x)
