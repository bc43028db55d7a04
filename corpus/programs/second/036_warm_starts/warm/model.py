import torch
from torch import nn


class VeiledNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.SiLU())
        self.core = nn.GRU(hidden, hidden)
        self.policy = nn.Linear(hidden, n_actions)
        self.value = nn.Linear(hidden, 1)
        nn.init.orthogonal_(self.policy.weight, 0.01)

    def initial_state(self, n, device=None):
        return torch.zeros(1, n, self.hidden, device=device)

    def forward(self, obs, state, keep):
        y, state = self.core(self.encoder(obs).unsqueeze(0), state * keep.view(1, -1, 1))
        y = y.squeeze(0)
        return self.policy(y), self.value(y).squeeze(-1), state
