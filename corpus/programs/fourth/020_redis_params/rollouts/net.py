import torch
from torch import nn


class TankNet(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=160):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(n_obs, n_hid), nn.ReLU())
        self.g = nn.GRU(n_hid, n_hid)
        self.p = nn.Linear(n_hid, n_act)
        self.v = nn.Linear(n_hid, 1)
        self.n_hid = n_hid

    def forward(self, x, h, live=None):
        """x: (T, B, n_obs); live: (T, B) with zeros where an episode has just begun."""
        x = self.f(x)
        if live is None:
            y, h = self.g(x, h)
        else:
            ys = []
            for xt, lt in zip(x, live):
                y, h = self.g(xt.unsqueeze(0), h * lt.view(1, -1, 1))
                ys.append(y)
            y = torch.cat(ys)
        return self.p(y), self.v(y).squeeze(-1), h
