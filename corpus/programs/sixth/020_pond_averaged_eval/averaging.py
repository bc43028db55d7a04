from __future__ import annotations

import contextlib
from typing import Iterator

import torch
from torch import Tensor, nn


class Averaged:
    """Exponential average of a module's parameters (kept outside of the module)."""

    def __init__(self, net: nn.Module, decay: float = 0.995) -> None:
        self.decay = decay
        self.shadow: list[Tensor] = [p.detach().clone() for p in net.parameters()]

    @torch.no_grad()
    def follow(self, net: nn.Module) -> None:
        for s, p in zip(self.shadow, net.parameters()):
            s.lerp_(p, 1.0 - self.decay)

    @contextlib.contextmanager
    def lent_to(self, net: nn.Module) -> Iterator[nn.Module]:
        """The net has the averaged weights inside the block and its own ones after it."""
        own = [p.detach().clone() for p in net.parameters()]
        with torch.no_grad():
            for p, s in zip(net.parameters(), self.shadow):
                p.copy_(s)
        try:
            yield net
        finally:
            with torch.no_grad():
                for p, o in zip(net.parameters(), own):
                    p.copy_(o)
