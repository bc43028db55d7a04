import torch
from torch import nn


class CarryNet(nn.Module):
    """LSTM with layer norm on the cell, as trained by train_carry.py and logged to MLflow."""

    def __init__(self, n_in=5, n=64):
        super().__init__()
        self.n = n
        self.x2g = nn.Linear(n_in, 4 * n)
        self.h2g = nn.Linear(n, 4 * n, bias=False)
        self.ln = nn.LayerNorm(n)
        self.out = nn.Linear(n, 1)

    def start(self):
        return torch.zeros(1, self.n), torch.zeros(1, self.n)

    def forward(self, x, memory):
        h, c = memory
        i, f, g, o = (self.x2g(x) + self.h2g(h)).chunk(4, dim=-1)
        c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(self.ln(c))
        return torch.tanh(self.out(h)), (h, c)
