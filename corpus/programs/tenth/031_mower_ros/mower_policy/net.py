import torch
import torch.nn as nn


class MowerNet(nn.Module):
    def __init__(self, beams=36, hidden=64):
        super().__init__()
        self.beams = beams
        self.scan = nn.Sequential(nn.Linear(beams, 64), nn.ELU(), nn.Linear(64, 32), nn.ELU())
        self.gru = nn.GRU(32 + 2, hidden, batch_first=True)
        self.cmd = nn.Linear(hidden, 2)

    def forward(self, scan, vel, hidden=None):
        x = torch.cat([self.scan(scan), vel], dim=-1).unsqueeze(1)
        y, hidden = self.gru(x, hidden)
        return torch.tanh(self.cmd(y[:, -1])), hidden
