from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch


@dataclass(frozen=True)
class Pack:
    name: str
    difficulty: int
    weights: dict[str, torch.Tensor]


class PackStore:
    def __init__(self, root: Path) -> None:
        self.root = root

    @lru_cache(maxsize=16)
    def get(self, difficulty: int) -> Pack:
        path = self.root / f"companion_d{difficulty}.pt"
        return Pack(path.stem, difficulty, torch.load(path, map_location="cpu"))
