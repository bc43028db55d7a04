import torch
from torch import nn


class RecurrentQ(nn.Module):
    def __init__(self, n_obs=8, n_act=5, hid=128):
        super().__init__()
        self.hid = hid
        self.enc = nn.Linear(n_obs, hid)
        self.lstm = nn.LSTM(hid, hid, batch_first=True)
        self.adv = nn.Linear(hid, n_act)
        self.val = nn.Linear(hid, 1)

    def zero_state(self, n):
        return torch.zeros(1, n, self.hid), torch.zeros(1, n, self.hid)

    def forward(self, x, state):
        y, state = self.lstm(torch.relu(self.enc(x)), state)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), state
