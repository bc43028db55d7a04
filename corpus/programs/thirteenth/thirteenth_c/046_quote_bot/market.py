from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

import numpy as np


@dataclass(slots=True)
class Book:
    mid: float
    features: np.ndarray
    low: float       # lowest / highest trade until the next snapshot
    high: float


def replay_day(path: str) -> Iterator[Book]:
    day = np.load(path)
    for mid, f, low, high in zip(day["mid"], day["features"], day["low"], day["high"]):
        yield Book(float(mid), f.astype(np.float32), float(low), float(high))


@dataclass
class Account:
    cash: float = 0.0
    inventory: int = 0
    fills: int = 0

    def match(self, book: Book, bid: float, ask: float, limit: int) -> None:
        if book.low <= bid and self.inventory < limit:
            self.cash -= bid
            self.inventory += 1
            self.fills += 1
        if book.high >= ask and self.inventory > -limit:
            self.cash += ask
            self.inventory -= 1
            self.fills += 1

    def value(self, mid: float) -> float:
        return self.cash + self.inventory * mid
