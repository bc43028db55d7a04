import torch
from torch import nn


class Actor(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=64):
        super().__init__()
        self.gru = nn.GRU(n_obs, n_hid, batch_first=True)
        self.out = nn.Linear(n_hid, n_act)

    def forward(self, obs, h):
        y, h = self.gru(obs, h)
        return torch.tanh(self.out(y)), h


class Critic(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=64):
        super().__init__()
        self.gru = nn.GRU(n_obs + n_act, n_hid, batch_first=True)
        self.out = nn.Linear(n_hid, 1)

    def forward(self, obs, act):
        y, _ = self.gru(torch.cat([obs, act], -1))
        return self.out(y).squeeze(-1)
