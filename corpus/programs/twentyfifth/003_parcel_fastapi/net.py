import torch
from torch import nn


class RouteLSTM(nn.Module):
    """Chooses the next hub of a parcel from the scans seen so far."""

    def __init__(self, n_hubs: int, d: int = 64, layers: int = 2):
        super().__init__()
        self.hub = nn.Embedding(n_hubs, d)
        self.extra = nn.Linear(4, d)
        self.lstm = nn.LSTM(d, d, num_layers=layers, batch_first=True)
        self.score = nn.Linear(d, n_hubs)

    def forward(self, hub, extra, hc=None):
        z = self.hub(hub) + self.extra(extra)
        y, hc = self.lstm(z.unsqueeze(1), hc)
        return self.score(y[:, -1]), hc
