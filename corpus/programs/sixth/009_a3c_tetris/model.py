import torch.nn as nn
import torch.nn.functional as F


class ACNet(nn.Module):
    def __init__(self, n_act, n_hid=256):
        super().__init__()
        self.n_hid = n_hid
        self.c1 = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.c2 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.c3 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.c4 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.lstm = nn.LSTMCell(32 * 5 * 5, n_hid)
        self.pi = nn.Linear(n_hid, n_act)
        self.v = nn.Linear(n_hid, 1)

    def forward(self, x, hc):
        for c in (self.c1, self.c2, self.c3, self.c4):
            x = F.elu(c(x))
        hx, cx = self.lstm(x.flatten(1), hc)
        return self.pi(hx), self.v(hx), (hx, cx)
