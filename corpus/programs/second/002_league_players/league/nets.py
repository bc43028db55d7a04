import torch
from torch import nn


class MatchNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width=96):
        super().__init__()
        self.width = width
        self.stem = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.core = nn.GRUCell(width, width)
        self.policy = nn.Linear(width, n_actions)
        self.value = nn.Linear(width, 1)

    def forward(self, obs, memory):
        memory = self.core(self.stem(obs), memory)
        return self.policy(memory), self.value(memory).squeeze(-1), memory
