import torch
import torch.nn as nn


class Helmsman(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 64)
        self.pi = nn.Linear(64, 5)
        self.v = nn.Linear(64, 1)

    def forward(self, obs, h=None):
        """obs: (time, batch, 4)"""
        y, h = self.gru(obs, h)
        return self.pi(y), self.v(y).squeeze(-1), h
