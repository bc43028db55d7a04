import torch
import torch.nn as nn


class SnakeNet(nn.Module):
    """11x11 view around the head -> conv -> LSTM -> left / straight / right."""

    def __init__(self, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.conv = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(),
            nn.Conv2d(16, 16, 3, stride=2), nn.ReLU(), nn.Flatten(),
        )
        self.lstm = nn.LSTMCell(16 * 5 * 5, hidden)
        self.head = nn.Linear(hidden, 3)

    def blank(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, grid, state):
        h, c = self.lstm(self.conv(grid), state)
        return self.head(h), (h, c)
