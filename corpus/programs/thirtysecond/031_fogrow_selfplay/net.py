import torch
from torch import nn

from board import H, W


class PVNet(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.width = width
        self.stem = nn.Sequential(nn.Linear(2 * H * W, width), nn.ReLU())
        self.gru = nn.GRUCell(width, width)
        self.p = nn.Linear(width, W)
        self.v = nn.Linear(width, 1)

    def forward(self, view, recall, legal):
        recall = self.gru(self.stem(view), recall)
        logits = self.p(recall).masked_fill(~legal, -1e9)
        return logits, torch.tanh(self.v(recall)).squeeze(-1), recall
