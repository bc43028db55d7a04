import torch
import torch.nn as nn


class PickerNet(nn.Module):
    def __init__(self, n_obs=9, n_act=5, h=48):
        super(PickerNet, self).__init__()
        self.h = h
        self.body = nn.Sequential(nn.Linear(n_obs, h), nn.ELU())
        self.memory = nn.LSTM(h, h)
        self.pi = nn.Linear(h, n_act)
        self.v = nn.Linear(h, 1)

    def forward(self, obs, carry=None):
        # obs: (T, B, n_obs)
        y, carry = self.memory(self.body(obs), carry)
        return self.pi(y), self.v(y).squeeze(-1), carry
