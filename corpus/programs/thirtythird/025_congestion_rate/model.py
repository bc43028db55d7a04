from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class FlowMemory(NamedTuple):
    h: Tensor
    c: Tensor


class RateModel(nn.Module):
    """Maps one acknowledgement sample to a multiplicative window change."""

    def __init__(self, n_feat: int = 5, width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(n_feat, width)
        self.gain = nn.Linear(width, 1)

    def blank(self) -> FlowMemory:
        return FlowMemory(torch.zeros(1, self.width), torch.zeros(1, self.width))

    def forward(self, x: Tensor, mem: FlowMemory) -> tuple[Tensor, FlowMemory]:
        h, c = self.cell(x, (mem.h, mem.c))
        return torch.tanh(self.gain(h)), FlowMemory(h, c)
