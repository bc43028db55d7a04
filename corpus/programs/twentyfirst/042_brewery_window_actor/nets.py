import torch
import torch.nn as nn


class DrawdownQ(nn.Module):
    """Q-values from the last K readings of one tank."""

    def __init__(self, n_read, n_valve, hidden=64):
        super().__init__()
        self.gru = nn.GRU(n_read, hidden, batch_first=True)
        self.q = nn.Linear(hidden, n_valve)

    def forward(self, window):
        _, last = self.gru(window)
        return self.q(last[-1])
