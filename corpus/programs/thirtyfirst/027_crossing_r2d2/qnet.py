import torch
import torch.nn as nn


class PhaseQ(nn.Module):
    """Dueling LSTM Q network over queue lengths."""

    def __init__(self, obs_dim, n_phases, width=128):
        super().__init__()
        self.width = width
        self.inp = nn.Sequential(nn.Linear(obs_dim + n_phases, width), nn.ReLU())
        self.lstm = nn.LSTM(width, width)
        self.adv = nn.Linear(width, n_phases)
        self.val = nn.Linear(width, 1)

    def forward(self, x, carry):
        y, carry = self.lstm(self.inp(x), carry)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), carry

    def fresh(self, batch=1):
        z = torch.zeros(1, batch, self.width)
        return z, z.clone()
