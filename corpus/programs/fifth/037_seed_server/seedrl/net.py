import torch
from torch import nn


class CraneNet(nn.Module):
    def __init__(self, n_in=5, n_act=3, width=64):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(n_in, width)
        self.core = nn.GRUCell(width, width)
        self.pi, self.v = nn.Linear(width, n_act), nn.Linear(width, 1)

    def forward(self, x, h):
        h = self.core(torch.relu(self.fc(x)), h)
        return self.pi(h), self.v(h).squeeze(-1), h
