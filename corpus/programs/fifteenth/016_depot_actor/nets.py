import torch
from torch import nn


class QNet(nn.Module):
    def __init__(self, n_obs, n_moves, hid=64):
        super().__init__()
        self.hid = hid
        self.lstm = nn.LSTM(n_obs, hid, batch_first=True)
        self.adv = nn.Linear(hid, n_moves)
        self.val = nn.Linear(hid, 1)

    def init_hc(self, n):
        return torch.zeros(1, n, self.hid), torch.zeros(1, n, self.hid)

    def forward(self, x, hc):
        y, hc = self.lstm(x, hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc
