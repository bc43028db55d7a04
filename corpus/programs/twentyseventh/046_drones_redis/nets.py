import torch
import torch.nn as nn


class FleetPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.torso = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.policy = nn.Linear(hidden, n_actions)
        self.baseline = nn.Linear(hidden, 1)

    def zero_state(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, state):
        h, c = self.lstm(self.torso(obs), state)
        return self.policy(h), self.baseline(h).squeeze(-1), (h, c)
