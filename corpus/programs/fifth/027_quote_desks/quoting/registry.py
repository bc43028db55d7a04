from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch

from .nets import QuoteNet


@dataclass(frozen=True)
class Release:
    symbol: str
    version: int
    sharpe: float
    file: Path


class Registry:
    """Folder with one `index.json` and the weights of each trained release."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def releases(self, symbol: str) -> list[Release]:
        rows = json.loads((self.root / "index.json").read_text())
        return [
            Release(symbol, r["version"], r["sharpe"], self.root / r["file"]) for r in rows if r["symbol"] == symbol
        ]

    def champion(self, symbol: str) -> Release:
        return max(self.releases(symbol), key=lambda r: (r.sharpe, r.version))

    def build(self, release: Release) -> QuoteNet:
        net = QuoteNet()
        net.load_state_dict(torch.load(release.file, map_location="cpu", weights_only=True))
        return net.eval()
