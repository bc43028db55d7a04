from __future__ import annotations

import torch
from torch import nn


class QuoteNet(nn.Module):
    """Order book features -> distribution over (bid offset, ask offset) pairs."""

    def __init__(self, n_features: int, n_levels: int = 5, hidden: int = 80) -> None:
        super().__init__()
        self.n_levels = n_levels
        self.bn = nn.LayerNorm(n_features)
        self.gru = nn.GRU(n_features, hidden, num_layers=2, batch_first=True)
        self.bid = nn.Linear(hidden, n_levels)
        self.ask = nn.Linear(hidden, n_levels)

    def forward(
        self, x: torch.Tensor, hx: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        y, hx = self.gru(self.bn(x), hx)
        return self.bid(y), self.ask(y), hx
