import torch
from torch import nn
from torch.distributions import Categorical


class TankNet(nn.Module):
    def __init__(self, n_obs=12, n_act=4, hid=64):
        super().__init__()
        self.hid = hid
        self.enc = nn.Linear(n_obs, hid)
        self.cell = nn.GRUCell(hid, hid)
        self.pi, self.v = nn.Linear(hid, n_act), nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.cell(torch.tanh(self.enc(x)), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h
