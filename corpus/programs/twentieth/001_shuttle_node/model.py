import torch
from torch import nn


class SwingNet(nn.Module):
    """Shuttle track and joint readings in, joint velocities out."""

    def __init__(self, obs_dim=21, joints=7, width=96):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.gru = nn.GRUCell(width, width)
        self.out = nn.Linear(width, joints)

    def start(self):
        return torch.zeros(1, self.width)

    def forward(self, obs, h):
        h = self.gru(torch.relu(self.inp(obs)), h)
        return torch.tanh(self.out(h)), h
