import torch
import torch.nn as nn
from torch.distributions import Categorical

from board import N_ACT, N_OBS


class PawnNet(nn.Module):
    def __init__(self, h=128):
        super().__init__()
        self.h = h
        self.lstm = nn.LSTMCell(N_OBS, h)
        self.pi = nn.Linear(h, N_ACT)
        self.v = nn.Linear(h, 1)

    def zero(self):
        return torch.zeros(1, self.h), torch.zeros(1, self.h)

    def forward(self, obs, ok, hc):
        h, c = self.lstm(torch.from_numpy(obs)[None], hc)
        logits = self.pi(h)[0].masked_fill(~torch.from_numpy(ok), -1e9)
        return Categorical(logits=logits), self.v(h)[0, 0], (h, c)
