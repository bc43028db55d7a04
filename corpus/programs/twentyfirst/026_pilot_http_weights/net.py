from typing import Optional

import torch
from torch import Tensor, nn


class HelmNet(nn.Module):
    """Encoder, GRU cell, rudder/thrust head. Remembers the manoeuvre itself."""

    def __init__(self, n_obs: int = 9, width: int = 96):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_obs, width), nn.SiLU())
        self.cell = nn.GRUCell(width, width)
        self.head = nn.Linear(width, 2)
        self.memory: Optional[Tensor] = None

    def forget(self) -> None:
        self.memory = None

    @torch.no_grad()
    def steer(self, obs: Tensor) -> Tensor:
        feat = self.encoder(obs.unsqueeze(0))
        if self.memory is None:
            self.memory = feat.new_zeros(1, self.cell.hidden_size)
        self.memory = self.cell(feat, self.memory)
        return torch.tanh(self.head(self.memory)).squeeze(0)
