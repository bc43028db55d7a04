import torch
from torch import nn

BINS = 36


class TerrainNet(nn.Module):
    def __init__(self, units: int = 96):
        super().__init__()
        self.units = units
        self.scan = nn.Sequential(nn.Linear(BINS, 64), nn.ReLU())
        self.core = nn.GRU(64 + 3, units, batch_first=True)
        self.cmd = nn.Linear(units, 2)

    def forward(self, scan, goal, core):
        x = torch.cat([self.scan(scan), goal], -1).unsqueeze(1)
        y, core = self.core(x, core)
        return torch.tanh(self.cmd(y[:, 0])), core
