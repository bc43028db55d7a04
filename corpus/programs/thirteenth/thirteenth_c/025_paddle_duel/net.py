import torch
import torch.nn as nn
import torch.nn.functional as F


class PaddleNet(nn.Module):
    def __init__(self, obs_dim=5, n_act=3, hid=64):
        super().__init__()
        self.hid = hid
        self.inp = nn.Linear(obs_dim, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.pi = nn.Linear(hid, n_act)
        self.v = nn.Linear(hid, 1)

    def blank(self):
        return torch.zeros(1, self.hid)

    def forward(self, x, h):
        h = self.gru(F.relu(self.inp(x)), h)
        return self.pi(h), self.v(h).squeeze(-1), h
