from __future__ import annotations

from dataclasses import dataclass

import torch

from .nets import QuoteNet, State
from .registry import Registry, Release


@dataclass(frozen=True)
class Quote:
    bid: float
    ask: float


class QuoteBook:
    def __init__(self, registry: Registry, symbols: list[str]) -> None:
        self.registry = registry
        self.live: dict[str, Release] = {s: registry.champion(s) for s in symbols}
        self.nets: dict[str, QuoteNet] = {s: registry.build(r) for s, r in self.live.items()}
        self.memory: dict[str, State | None] = dict.fromkeys(symbols)

    def open_session(self) -> None:
        for symbol in self.memory:
            self.memory[symbol] = None

    @torch.inference_mode()
    def quote(self, symbol: str, features: list[float], mid: float, tick: float) -> Quote:
        x = torch.tensor(features).view(1, 1, -1)
        spread, skew, self.memory[symbol] = self.nets[symbol](x, self.memory[symbol])
        half = max(tick, float(spread) * tick)
        shift = float(skew) * half
        return Quote(mid - half + shift, mid + half + shift)

    def promote(self, symbol: str) -> bool:
        best = self.registry.champion(symbol)
        if best.version == self.live[symbol].version:
            return False
        self.nets[symbol] = self.registry.build(best)
        self.live[symbol] = best
        return True
