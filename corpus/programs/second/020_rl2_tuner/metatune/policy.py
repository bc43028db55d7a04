import torch
from torch import nn


class RL2Policy(nn.Module):
    """Input: previous arm (one-hot), previous reward, trial clock."""

    def __init__(self, arms, hidden=96):
        super().__init__()
        self.arms = arms
        self.hidden = hidden
        self.gru = nn.GRUCell(arms + 2, hidden)
        self.pi = nn.Linear(hidden, arms)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), self.v(h).squeeze(-1), h
