import torch
from torch import nn


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Linear(obs_dim, hidden)
        self.memory = nn.GRU(hidden, hidden, batch_first=True)
        self.q = nn.Linear(hidden, n_actions)

    def forward(self, obs, h):
        y, h = self.memory(torch.relu(self.encoder(obs)), h)
        return self.q(y), h
