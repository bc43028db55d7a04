import torch
import torch.nn as nn


class BidShader(nn.Module):
    """Recurrent over one campaign's auctions: (features) -> bid multiplier."""

    def __init__(self, n_features: int = 14, hidden: int = 32):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(n_features, hidden)
        self.mult = nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor, h: torch.Tensor):
        h = self.gru(x, h)
        return 0.5 + torch.sigmoid(self.mult(h)).squeeze(-1), h
