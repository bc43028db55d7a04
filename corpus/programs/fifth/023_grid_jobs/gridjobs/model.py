import torch
from torch import nn


class StoragePolicy(nn.Module):
    """Charge, idle or discharge a battery from price and load."""

    def __init__(self, inputs=5, hidden=40):
        super().__init__()
        self.rnn = nn.LSTM(inputs, hidden, 2)
        self.head = nn.Linear(hidden, 3)

    def forward(self, x, state=None):
        y, state = self.rnn(x, state)
        return self.head(y), state
