from typing import Tuple

import torch
from torch import Tensor, nn


class BearingLSTM(nn.Module):
    """Stateful anomaly model: predicts the next vibration features of a set of bearings."""

    h: Tensor
    c: Tensor

    def __init__(self, bearings: int, features: int = 8, hidden: int = 48) -> None:
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(features, hidden)
        self.out = nn.Linear(hidden, features)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))
        self.register_buffer("h", torch.zeros(bearings, hidden), persistent=False)
        self.register_buffer("c", torch.zeros(bearings, hidden), persistent=False)

    def fit_scaler(self, data: Tensor) -> None:
        flat = data.reshape(-1, data.shape[-1])
        self.mean.copy_(flat.mean(0))
        self.std.copy_(flat.std(0).clamp(min=1e-4))

    def restart(self, rows: int) -> None:
        self.h = self.mean.new_zeros(rows, self.hidden)
        self.c = self.mean.new_zeros(rows, self.hidden)

    def cut_graph(self) -> None:
        self.h, self.c = self.h.detach(), self.c.detach()

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        z = (x - self.mean) / self.std
        self.h, self.c = self.lstm(z, (self.h, self.c))
        return self.out(self.h), z
