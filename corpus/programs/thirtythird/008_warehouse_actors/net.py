from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Carry(NamedTuple):
    h: torch.Tensor
    c: torch.Tensor


class PickerNet(nn.Module):
    def __init__(self, obs_size, act_size, d=64):
        super().__init__()
        self.d = d
        self.enc = nn.Linear(obs_size, d)
        self.lstm = nn.LSTM(d, d)
        self.pi = nn.Linear(d, act_size)
        self.baseline = nn.Linear(d, 1)

    def fresh_carry(self, batch=1):
        return Carry(torch.zeros(1, batch, self.d), torch.zeros(1, batch, self.d))

    def forward(self, obs, carry):
        y, (h, c) = self.lstm(torch.relu(self.enc(obs)), (carry.h, carry.c))
        return self.pi(y), self.baseline(y).squeeze(-1), Carry(h, c)


class Episode(NamedTuple):
    obs: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    behaviour_logp: np.ndarray
