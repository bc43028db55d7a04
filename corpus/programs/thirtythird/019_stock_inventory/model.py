import torch
import torch.nn as nn


class OrderNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.gru = nn.GRU(obs_dim, width, batch_first=True)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, season=None):
        y, season = self.gru(obs, season)
        return self.pi(y), self.v(y).squeeze(-1), season
