import torch
from torch import nn


class LiftSpeed(nn.Module):
    """Queue length, wind and time of day in, rope speed out."""

    def __init__(self, inputs=4, hidden=48):
        super().__init__()
        self.norm = nn.LayerNorm(inputs)
        self.rnn = nn.LSTM(inputs, hidden, num_layers=2, batch_first=True)
        self.speed = nn.Sequential(nn.Linear(hidden, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())

    def forward(self, obs, state=None):
        out, state = self.rnn(self.norm(obs).unsqueeze(1), state)
        return self.speed(out[:, -1]), state
