import torch
from torch import nn


class DuelGRU(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=96, layers=2):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.LayerNorm(hidden), nn.ReLU())
        self.gru = nn.GRU(hidden, hidden, num_layers=layers)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def zero_state(self, n, device=None):
        return torch.zeros(self.layers, n, self.hidden, device=device)

    def forward(self, obs, state):
        y, state = self.gru(self.enc(obs).unsqueeze(0), state)
        y = y.squeeze(0)
        return self.pi(y), self.v(y).squeeze(-1), state
