from __future__ import annotations

from pathlib import Path
from typing import Sequence

import torch

from .net import WaveNetPolicy


class Pilot:
    def __init__(self, weights: str | Path | None = None) -> None:
        self.net = WaveNetPolicy()
        self.s1, self.s2 = self.net.start()
        if weights is not None:
            self._load(Path(weights))
        self.net.eval()

    def _load(self, path: Path) -> None:
        blob = torch.load(path, map_location="cpu", weights_only=True)
        self.net.load_state_dict(blob["policy"] if "policy" in blob else blob)

    def on_station(self) -> None:
        """A new target position: begin afresh."""
        self.s1, self.s2 = self.net.start()

    @torch.no_grad()
    def thrust(self, reading: Sequence[float]) -> list[float]:
        x = torch.tensor(reading, dtype=torch.float32).unsqueeze(0)
        u, self.s1, self.s2 = self.net(x, self.s1, self.s2)
        return u[0].tolist()
