import torch
from torch import nn


class DialogPolicy(nn.Module):
    def __init__(self, dim: int = 64, moves: int = 20, width: int = 128):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(dim, width)
        self.head = nn.Linear(width, moves)

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.head(h), h
