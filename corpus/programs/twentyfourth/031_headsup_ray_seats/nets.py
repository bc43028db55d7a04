import torch
import torch.nn as nn


class HandReader(nn.Module):
    """LSTM over the betting of a hand. Actions: fold, call, raise."""

    def __init__(self, n_obs=7, n_hid=64, n_act=3):
        super().__init__()
        self.n_hid = n_hid
        self.lstm = nn.LSTMCell(n_obs, n_hid)
        self.head = nn.Linear(n_hid, n_act)

    def blank(self):
        return torch.zeros(1, self.n_hid), torch.zeros(1, self.n_hid)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return self.head(h), (h, c)
