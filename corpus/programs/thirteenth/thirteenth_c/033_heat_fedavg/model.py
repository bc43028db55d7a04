from typing import Optional, Tuple

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]


class HeatDemandNet(nn.Module):
    """Next-hour heat demand of one building from weather, calendar and last demand."""

    def __init__(self, n_inputs: int = 9, hidden: int = 40) -> None:
        super().__init__()
        self.gru = nn.GRU(n_inputs, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, 20), nn.ReLU(), nn.Linear(20, 1))

    def forward(self, x: Tensor, h: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
        y, h = self.gru(x, h)
        return self.head(y).squeeze(-1), h
