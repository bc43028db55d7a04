import torch
from torch import nn


class WindowLSTM(nn.Module):
    """Q-values of a window of observations."""

    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(obs_dim, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, n_actions))

    def forward(self, window):
        y, _ = self.lstm(window)
        return self.head(y[:, -1])
