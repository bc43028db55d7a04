import torch
import torch.nn as nn


class IrrigationNet(nn.Module):
    """soil moisture, temperature, humidity, wind, rain forecast, hour -> valve minutes"""

    def __init__(self, n_in=7, hidden=32):
        super().__init__()
        self.gru = nn.GRU(n_in, hidden, num_layers=2, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden, 16), nn.ReLU(), nn.Linear(16, 1), nn.Softplus())

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.out(y[:, -1]).squeeze(-1), h
