import torch
from torch import nn


class CraneScorer(nn.Module):
    """Scores the open container moves of one ship-to-shore crane."""

    def __init__(self, n_features: int = 24, n_moves: int = 16, width: int = 96):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(n_features, width), nn.ReLU())
        self.core = nn.LSTM(width, width, batch_first=True)
        self.score = nn.Linear(width, n_moves)

    def forward(self, feats: torch.Tensor, track=None):
        x = self.encode(feats).unsqueeze(1)
        y, track = self.core(x, track)
        return self.score(y[:, -1]), track
