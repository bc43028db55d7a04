"""Bid network: quarter-hour market features in, bid ladder out."""
from typing import Optional, Tuple

import torch
from torch import nn

LstmState = Tuple[torch.Tensor, torch.Tensor]


class BidNet(nn.Module):
    def __init__(self, n_features: int = 14, hidden: int = 96, n_steps: int = 8) -> None:
        super().__init__()
        self.proj = nn.Sequential(nn.Linear(n_features, hidden), nn.GELU())
        self.lstm = nn.LSTM(hidden, hidden, num_layers=2, batch_first=True)
        self.price = nn.Linear(hidden, n_steps)
        self.volume = nn.Linear(hidden, n_steps)

    def forward(
        self, x: torch.Tensor, state: Optional[LstmState] = None
    ) -> Tuple[torch.Tensor, torch.Tensor, LstmState]:
        z, state = self.lstm(self.proj(x), state)
        last = z[:, -1]
        price = torch.cumsum(torch.nn.functional.softplus(self.price(last)), dim=-1)
        volume = torch.softmax(self.volume(last), dim=-1)
        return price, volume, state
