import torch
import torch.nn as nn


class DuelLSTM(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=64):
        super().__init__()
        self.n_hid = n_hid
        self.inp = nn.Linear(n_obs, n_hid)
        self.lstm = nn.LSTM(n_hid, n_hid)
        self.a = nn.Linear(n_hid, n_act)
        self.v = nn.Linear(n_hid, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(torch.relu(self.inp(x)), hc)
        a = self.a(y)
        return self.v(y) + a - a.mean(-1, keepdim=True), hc
