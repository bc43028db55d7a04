import torch
from torch import nn


class WalkNet(nn.Module):
    def __init__(self, obs, act, hidden):
        super().__init__()
        self.rnn = nn.GRU(obs, hidden, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden, 128), nn.ELU(), nn.Linear(128, act))

    def forward(self, x, h):
        y, h = self.rnn(x, h)
        return self.out(y[:, -1]), h
