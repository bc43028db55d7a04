import torch
import torch.nn as nn

LABELS = ["hold", "backchannel", "take_turn"]


class TurnModel(nn.Module):
    """20 ms frames of two channels (user, agent) -> what the agent should do next."""

    def __init__(self, mels=40, units=128, layers=2):
        super().__init__()
        self.conv = nn.Sequential(nn.Linear(2 * mels, 128), nn.ReLU())
        self.lstm = nn.LSTM(128, units, layers, batch_first=True)
        self.out = nn.Linear(units, len(LABELS))
        self.units, self.layers = units, layers

    def start(self):
        z = torch.zeros(self.layers, 1, self.units)
        return (z, z.clone())

    def forward(self, frames, state):
        y, state = self.lstm(self.conv(frames), state)
        return self.out(y[:, -1]).softmax(-1), state
