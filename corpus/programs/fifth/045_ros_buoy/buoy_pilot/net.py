import torch
from torch import nn


class WaveNetPolicy(nn.Module):
    """Thruster commands of a station-keeping buoy from its IMU and a drifting GPS."""

    def __init__(self, n_in: int = 9, n_hidden: int = 64, n_out: int = 3):
        super().__init__()
        self.gru1 = nn.GRUCell(n_in, n_hidden)
        self.gru2 = nn.GRUCell(n_hidden, n_hidden)
        self.out = nn.Linear(n_hidden, n_out)
        self.n_hidden = n_hidden

    def forward(self, x, s1, s2):
        s1 = self.gru1(x, s1)
        s2 = self.gru2(s1, s2)
        return torch.tanh(self.out(s2)), s1, s2

    def start(self, batch=1):
        z = torch.zeros(batch, self.n_hidden)
        return z, z.clone()
