import torch
from torch import nn


class RecurrentQ(nn.Module):
    """Dueling LSTM head as in R2D2, (B, T, F) in."""

    def __init__(self, n_obs: int, n_act: int, width: int = 128):
        super().__init__()
        self.width = width
        self.enc = nn.Sequential(nn.Linear(n_obs + n_act + 1, width), nn.ReLU())
        self.core = nn.LSTM(width, width, batch_first=True)
        self.adv = nn.Linear(width, n_act)
        self.val = nn.Linear(width, 1)

    def blank(self, batch: int = 1):
        return torch.zeros(1, batch, self.width), torch.zeros(1, batch, self.width)

    def forward(self, x, hc):
        y, hc = self.core(self.enc(x), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc
