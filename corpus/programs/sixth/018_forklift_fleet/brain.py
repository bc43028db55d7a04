from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from typing import Optional

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)
ORDERS = ["wait", "fetch", "carry", "charge", "yield_way"]


class FleetNet(nn.Module):
    def __init__(self, n_in: int = 14, width: int = 72) -> None:
        super().__init__()
        self.pre = nn.Linear(n_in, width)
        self.lstm = nn.LSTMCell(width, width)
        self.head = nn.Linear(width, len(ORDERS))

    def forward(self, x: Tensor, hc: Optional[tuple[Tensor, Tensor]]):
        hc = self.lstm(self.pre(x).relu(), hc)
        return self.head(hc[0]), hc


@dataclass
class Track:
    """What we remember about one forklift, and which brain remembers it."""

    hc: Optional[tuple[Tensor, Tensor]] = None
    generation: int = -1
    beats: int = 0


class Brain:
    def __init__(self, path: str) -> None:
        self.path = path
        self.net = FleetNet().eval()
        self.generation = 0
        self._mtime = 0.0
        self._gate = asyncio.Lock()

    async def refresh(self) -> bool:
        """Load the weights file again if it is newer; forklifts stay connected meanwhile."""
        mtime = os.path.getmtime(self.path)
        if mtime <= self._mtime:
            return False
        weights = await asyncio.to_thread(torch.load, self.path, map_location="cpu")
        async with self._gate:
            self.net.load_state_dict(weights)
            self.generation += 1
            self._mtime = mtime
        log.info("generation %d", self.generation)
        return True

    async def order(self, track: Track, reading: list[float]) -> str:
        x = torch.tensor([reading], dtype=torch.float32)
        async with self._gate:
            hc = track.hc if track.generation == self.generation else None
            with torch.inference_mode():
                logits, hc = self.net(x, hc)
            track.hc, track.generation = hc, self.generation
        track.beats += 1
        return ORDERS[int(logits.argmax())]
