import torch
import torch.nn as nn

N_CARDS = 52
OBS = N_CARDS * 2 + 4


class CardNet(nn.Module):
    """Two LSTM cells on top of a small embedding of hand and last play."""

    def __init__(self, hidden=96, depth=2):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Sequential(nn.Linear(OBS, hidden), nn.ReLU())
        self.cells = nn.ModuleList([nn.LSTMCell(hidden, hidden) for _ in range(depth)])
        self.logits = nn.Linear(hidden, N_CARDS + 1)

    def blank(self):
        return [(torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)) for _ in self.cells]

    def forward(self, x, mem, legal):
        x = self.inp(x)
        out = []
        for cell, hc in zip(self.cells, mem):
            h, c = cell(x, hc)
            out.append((h, c))
            x = h
        logits = self.logits(x).masked_fill(~legal, -1e9)
        return logits, out
