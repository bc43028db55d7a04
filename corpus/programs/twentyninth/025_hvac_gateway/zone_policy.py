from __future__ import annotations

import torch
from torch import nn


class ZonePolicy(nn.Module):
    """Setpoint policy for one thermal zone (temperature, CO2, occupancy, outdoor, hour)."""

    SETPOINTS = (18.0, 19.5, 20.5, 21.5, 22.5, 24.0)

    def __init__(self, n_in: int = 5, width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.norm = nn.LayerNorm(n_in)
        self.encode = nn.Linear(n_in, width)
        self.cell = nn.GRUCell(width, width)
        self.logits = nn.Linear(width, len(self.SETPOINTS))

    def forward(self, x: torch.Tensor, mem: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z = torch.relu(self.encode(self.norm(x)))
        mem = self.cell(z, mem)
        return self.logits(mem), mem
