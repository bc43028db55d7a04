import torch
from torch import nn


class RosterNet(nn.Module):
    def __init__(self, obs_size: int, n_actions: int, units: int = 48):
        super().__init__()
        self.units = units
        self.gru = nn.GRUCell(obs_size, units)
        self.policy = nn.Linear(units, n_actions)
        self.baseline = nn.Linear(units, 1)

    def zero_state(self) -> torch.Tensor:
        return torch.zeros(1, self.units)

    def forward(self, obs, h):
        h = self.gru(obs, h)
        return self.policy(h), self.baseline(h), h
