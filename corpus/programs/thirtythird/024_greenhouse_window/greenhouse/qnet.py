import torch
from torch import nn


class WindowQ(nn.Module):
    """LSTM over the last readings; every call reads the window from its start."""

    def __init__(self, n_obs, n_act, window=24, width=64):
        super().__init__()
        self.window = window
        self.lstm = nn.LSTM(n_obs, width, batch_first=True)
        self.adv = nn.Linear(width, n_act)
        self.val = nn.Linear(width, 1)

    def forward(self, readings):
        _, (h, _) = self.lstm(readings)
        a = self.adv(h[-1])
        return self.val(h[-1]) + a - a.mean(1, keepdim=True)
