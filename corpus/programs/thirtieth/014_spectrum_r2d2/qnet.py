import torch
from torch import nn


class ChannelQ(nn.Module):
    def __init__(self, channels: int, width: int = 64, rows: int = 1):
        super().__init__()
        self.channels, self.width = channels, width
        self.enc = nn.Linear(channels + 2, width)
        self.lstm = nn.LSTM(width, width)
        self.adv = nn.Linear(width, channels + 1)
        self.val = nn.Linear(width, 1)
        self.register_buffer("h", torch.zeros(1, rows, width), persistent=False)
        self.register_buffer("c", torch.zeros(1, rows, width), persistent=False)

    def clear(self, rows=None):
        rows = self.h.shape[1] if rows is None else rows
        self.h = self.val.weight.new_zeros(1, rows, self.width)
        self.c = self.val.weight.new_zeros(1, rows, self.width)

    def place(self, h, c):
        self.h, self.c = h, c

    def snapshot(self):
        return self.h.detach().clone(), self.c.detach().clone()

    def forward(self, x):
        y, (self.h, self.c) = self.lstm(torch.relu(self.enc(x)), (self.h, self.c))
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True)
