import torch
from torch import nn

FEATURES = ("price", "load", "pv", "soc", "hour_sin", "hour_cos")


class DispatchNet(nn.Module):
    """Quarter-hour readings in, charge power in [-1, 1] out."""

    def __init__(self, hidden: int = 48, layers: int = 2):
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(FEATURES)))
        self.register_buffer("std", torch.ones(len(FEATURES)))
        self.gru = nn.GRU(len(FEATURES), hidden, num_layers=layers)
        self.out = nn.Sequential(nn.Linear(hidden, 32), nn.ReLU(), nn.Linear(32, 1), nn.Tanh())

    def forward(self, x, h=None):
        y, h = self.gru((x - self.mean) / self.std, h)
        return self.out(y), h
