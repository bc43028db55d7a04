import torch
from torch import nn


class BettorNet(nn.Module):
    def __init__(self, n_in: int = 14, n_hidden: int = 64, n_act: int = 3):
        super().__init__()
        self.inp = nn.Linear(n_in, n_hidden)
        self.gru = nn.GRUCell(n_hidden, n_hidden)
        self.out = nn.Linear(n_hidden, n_act)

    def forward(self, x, h=None):
        h = self.gru(torch.relu(self.inp(x)), h)
        return self.out(h), h
