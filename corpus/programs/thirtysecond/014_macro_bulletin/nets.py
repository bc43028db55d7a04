from typing import Optional

import torch
from torch import Tensor, nn


class RowPlanner(nn.Module):
    def __init__(self, n_in: int = 10, n_out: int = 3, width: int = 64) -> None:
        super().__init__()
        self.gru = nn.GRU(n_in, width, batch_first=True)
        self.pi = nn.Linear(width, n_out)
        self.v = nn.Linear(width, 1)

    def forward(self, x: Tensor, plan: Optional[Tensor] = None):
        y, plan = self.gru(x, plan)
        return self.pi(y), self.v(y).squeeze(-1), plan
