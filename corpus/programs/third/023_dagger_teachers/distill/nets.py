import torch
from torch import nn


class Recurrent(nn.Module):
    """Teacher network: keeps its hidden state between calls."""

    def __init__(self, n_obs, n_act, hidden=256):
        super().__init__()
        self.gru = nn.GRU(n_obs, hidden)
        self.out = nn.Sequential(nn.Linear(hidden, 128), nn.ELU(), nn.Linear(128, n_act))
        self.hidden = None

    def forward(self, obs):
        y, self.hidden = self.gru(obs.unsqueeze(0), self.hidden)
        return self.out(y.squeeze(0))

    def reset(self, dones=None):
        if dones is None:
            self.hidden = None
        elif self.hidden is not None:
            self.hidden[:, dones, :] = 0.0


class Student(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_obs, 256), nn.ELU(), nn.Linear(256, 128), nn.ELU(), nn.Linear(128, n_act))

    def forward(self, obs):
        return self.net(obs)
