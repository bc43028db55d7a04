import torch
from torch import nn


class ContactClassifier(nn.Module):
    """One frame of beamformed energy in, belief over contact classes and a ping decision out."""

    CLASSES = ["biologic", "merchant", "trawler", "submarine", "unknown"]

    def __init__(self, bins=64, hidden=192, layers=2):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.front = nn.Sequential(nn.Linear(bins, hidden), nn.LayerNorm(hidden), nn.GELU())
        self.lstm = nn.LSTM(hidden, hidden, layers)
        self.cls = nn.Linear(hidden, len(self.CLASSES))
        self.ping = nn.Linear(hidden, 2)

    def fresh(self):
        z = torch.zeros(self.layers, 1, self.hidden)
        return (z, z.clone())

    def forward(self, frame, state):
        z = self.front(frame).view(1, 1, -1)
        y, state = self.lstm(z, state)
        return self.cls(y[0, 0]).softmax(-1), self.ping(y[0, 0]), state
