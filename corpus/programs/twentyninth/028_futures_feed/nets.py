import torch
import torch.nn as nn


class TrendNet(nn.Module):
    """Two stacked LSTM cells over bar features; three actions: short, flat, long."""

    def __init__(self, n_feat=7, h=40):
        super().__init__()
        self.h = h
        self.c1 = nn.LSTMCell(n_feat, h)
        self.c2 = nn.LSTMCell(h, h)
        self.pi = nn.Linear(h, 3)

    def fresh(self):
        return [(torch.zeros(1, self.h), torch.zeros(1, self.h)) for _ in range(2)]

    def forward(self, bar, layers):
        a = self.c1(bar, layers[0])
        b = self.c2(a[0], layers[1])
        return self.pi(b[0]), [a, b]
