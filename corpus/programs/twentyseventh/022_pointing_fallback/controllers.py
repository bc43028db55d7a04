from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn


class TorqueNet(nn.Module):
    def __init__(self, n_in: int = 10, hidden: int = 64, layers: int = 2) -> None:
        super().__init__()
        self.gru = nn.GRU(n_in, hidden, layers)
        self.out = nn.Linear(hidden, 3)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return 0.02 * torch.tanh(self.out(y)), h


class PointingController:
    """Runs one of several trained modes ("fine", "safe", ...) and changes between them on request."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder = folder
        self.net = TorqueNet().eval()
        self._mode: str | None = None
        self.mode = mode

    @property
    def mode(self) -> str | None:
        return self._mode

    @mode.setter
    def mode(self, name: str) -> None:
        if name == self._mode:
            return
        self.net.load_state_dict(torch.load(self.folder / f"{name}.pt", map_location="cpu"))
        self._mode = name
        self._restart()

    def _restart(self) -> None:
        self._hidden = None
        self.since_change = 0

    @torch.no_grad()
    def torque(self, measured: np.ndarray) -> np.ndarray:
        x = torch.as_tensor(measured, dtype=torch.float32).view(1, 1, -1)
        u, self._hidden = self.net(x, self._hidden)
        self.since_change += 1
        return u.view(3).numpy()
