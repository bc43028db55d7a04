from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch


@dataclass
class Book:
    symbol: str
    ctx: torch.Tensor
    position: float = 0.0
    last_price: float | None = None
    last_ts: int | None = None
    vol: float = 1e-4
    fills: list[tuple[int, float, float]] = field(default_factory=list)

    def features(self, price: float, size: float, side: int, ts: int) -> torch.Tensor:
        ret = math.log(price / self.last_price) if self.last_price else 0.0
        gap = (ts - self.last_ts) / 1000 if self.last_ts else 0.0
        self.vol = 0.995 * self.vol + 0.005 * abs(ret)
        self.last_price, self.last_ts = price, ts
        row = [ret / self.vol, math.log1p(size), side, math.log1p(max(gap, 0.0)), self.position, self.vol * 1e4]
        return torch.tensor(row, dtype=torch.float32).view(1, 1, -1)

    @property
    def flat(self) -> bool:
        return abs(self.position) < 1e-6
