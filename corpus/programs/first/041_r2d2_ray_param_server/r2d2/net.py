import torch
from torch import nn


class R2D2Net(nn.Module):
    def __init__(self, obs, act, h=128):
        super().__init__()
        self.h = h
        self.f = nn.Sequential(nn.Linear(obs, h), nn.ReLU())
        self.l = nn.LSTM(h, h, batch_first=True)
        self.a, self.v = nn.Linear(h, act), nn.Linear(h, 1)

    def forward(self, x, hc=None):
        y, hc = self.l(self.f(x), hc)
        a = self.a(y)
        return self.v(y) + a - a.mean(-1, keepdim=True), hc
