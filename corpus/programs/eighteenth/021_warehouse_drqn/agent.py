import torch
from torch import nn


class PickNet(nn.Module):
    def __init__(self, shelves: int, hidden: int = 80):
        super().__init__()
        self.shelves, self.hidden = shelves, hidden
        self.inp = nn.Linear(2 * shelves + 1, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.q = nn.Linear(hidden, shelves)

    def forward(self, x, h):
        y, h = self.gru(torch.relu(self.inp(x)), h)
        return self.q(y), h

    def zeros(self, batch: int = 1):
        return torch.zeros(1, batch, self.hidden)
