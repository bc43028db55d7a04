import torch
from torch import nn


class MazeNet(nn.Module):
    def __init__(self, n_obs, n_act, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_obs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.gru = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def forward(self, x, h=None):
        h = self.gru(self.encoder(x), h)
        return self.pi(h), self.v(h).squeeze(-1), h
