from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import torch

from net import BidNet, LstmState

log = logging.getLogger("bidder")

FEATURES = [
    "da_price", "id_price", "imbalance", "wind_fc", "solar_fc", "load_fc", "gas", "co2",
    "residual", "soc", "hour_sin", "hour_cos", "dow_sin", "dow_cos",
]


class Bidder:
    """Keeps one running context for the balancing zone and quotes a ladder per quarter hour."""

    def __init__(self, checkpoint: Path, capacity_mw: float, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.capacity_mw = capacity_mw
        self.net = BidNet(len(FEATURES)).to(self.device).eval()
        self.state: LstmState | None = None
        self.version = "none"
        self._lock = threading.Lock()
        self._install(checkpoint)

    def _install(self, checkpoint: Path) -> None:
        blob = torch.load(checkpoint, map_location=self.device, weights_only=True)
        self.net.load_state_dict(blob["model"])
        self.version = str(blob.get("version", checkpoint.stem))

    @torch.no_grad()
    def quote(self, tick: dict[str, Any]) -> list[dict[str, float]]:
        row = torch.tensor([[float(tick[name]) for name in FEATURES]], device=self.device)
        with self._lock:
            price, volume, self.state = self.net(row.unsqueeze(1), self.state)
        ladder = []
        for p, v in zip(price[0].tolist(), volume[0].tolist()):
            ladder.append({"price": round(p, 2), "mw": round(v * self.capacity_mw, 1)})
        return ladder

    def reload(self, checkpoint: Path) -> str:
        with self._lock:
            before = self.version
            self._install(checkpoint)
            log.info("model %s -> %s", before, self.version)
        return self.version
