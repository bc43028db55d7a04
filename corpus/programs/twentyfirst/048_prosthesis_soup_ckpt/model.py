from typing import Optional, Tuple

import torch
from torch import Tensor, nn


class GripNet(nn.Module):
    """sEMG frames to grip class (rest, power, pinch, tripod, point, open)."""

    def __init__(self, n_ch: int = 16, n_grip: int = 6, width: int = 64) -> None:
        super().__init__()
        self.conv = nn.Conv1d(n_ch, width, 5, padding=2)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.cls = nn.Linear(width, n_grip)

    def forward(self, x: Tensor, h: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        z = torch.relu(self.conv(x.transpose(1, 2))).transpose(1, 2)
        out, h = self.gru(z, h)
        return self.cls(out), h
