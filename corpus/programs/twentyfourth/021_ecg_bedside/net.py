import torch
import torch.nn as nn


class RhythmNet(nn.Module):
    """conv front-end (250 Hz -> 25 Hz), unidirectional LSTM, per-frame probability of a dangerous rhythm"""

    def __init__(self, channels=32, hidden=64):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv1d(1, channels, 10, stride=5, padding=3),
            nn.ReLU(),
            nn.Conv1d(channels, channels, 4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.lstm = nn.LSTM(channels, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)
        self.hidden = hidden

    def init_state(self, batch_size=1):
        h = torch.zeros(1, batch_size, self.hidden)
        return h, torch.zeros_like(h)

    def forward(self, ecg, state):
        z = self.conv(ecg.unsqueeze(1)).transpose(1, 2)
        y, state = self.lstm(z, state)
        return torch.sigmoid(self.head(y)).squeeze(-1), state
