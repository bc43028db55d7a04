import torch
import torch.nn as nn


class RecurrentActor(nn.Module):
    def __init__(self, n_obs, n_act, hid=64):
        super().__init__()
        self.hid = hid
        self.gru = nn.GRU(n_obs, hid, batch_first=True)
        self.mu = nn.Linear(hid, n_act)

    def zero(self):
        return torch.zeros(1, 1, self.hid)

    def forward(self, obs, h=None):
        y, h = self.gru(obs, h)
        return torch.tanh(self.mu(y)), h


class RecurrentCritic(nn.Module):
    def __init__(self, n_obs, n_act, hid=64):
        super().__init__()
        self.gru = nn.GRU(n_obs + n_act, hid, batch_first=True)
        self.q = nn.Linear(hid, 1)

    def forward(self, obs, act):
        y, _ = self.gru(torch.cat([obs, act], -1))
        return self.q(y).squeeze(-1)
