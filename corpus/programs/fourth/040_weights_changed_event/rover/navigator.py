import numpy as np
import torch
from torch import nn

from .events import Bus


class NavNet(nn.Module):
    def __init__(self, n_lidar, n_cmd, width=128):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv1d(1, 8, 5, 2), nn.ReLU(), nn.Conv1d(8, 16, 5, 2), nn.ReLU(), nn.Flatten())
        flat = self.conv(torch.zeros(1, 1, n_lidar)).shape[1]
        self.gru = nn.GRU(flat + 3, width)
        self.cmd = nn.Linear(width, n_cmd)

    def forward(self, scan, goal, hidden):
        z = torch.cat([self.conv(scan.unsqueeze(1)), goal], dim=1)
        y, hidden = self.gru(z.unsqueeze(0), hidden)
        return torch.tanh(self.cmd(y[0])), hidden


class Navigator:
    """Turns scans into speed and turn rate; owns what the network remembers of the drive."""

    def __init__(self, bus: Bus, net: NavNet):
        self.net = net
        self.hidden = None
        bus.on("goal", self.forget)
        bus.on("weights", self.forget)
        bus.on("lost", self.forget)

    def forget(self, **_):
        self.hidden = None

    @torch.no_grad()
    def drive(self, scan: np.ndarray, goal: np.ndarray):
        s = torch.from_numpy(np.clip(scan, 0, 10).astype(np.float32) / 10)[None]
        g = torch.from_numpy(goal.astype(np.float32))[None]
        cmd, self.hidden = self.net(s, g, self.hidden)
        speed, turn = cmd[0].tolist()
        return 0.4 * (speed + 1), 1.2 * turn
