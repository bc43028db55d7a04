from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn

State: TypeAlias = tuple[Tensor, Tensor]


class ArbitragePolicy(nn.Module):
    """Charge / idle / discharge from price history and state of charge."""

    def __init__(self, n_in: int = 4, hidden: int = 64) -> None:
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(n_in, hidden)
        self.logits = nn.Linear(hidden, 3)
        self.value = nn.Linear(hidden, 1)

    def zero_state(self) -> State:
        return torch.zeros(1, 1, self.hidden), torch.zeros(1, 1, self.hidden)

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, Tensor, State]:
        y, state = self.lstm(x.view(1, 1, -1), state)
        y = y.view(-1)
        return self.logits(y), self.value(y).squeeze(-1), state
