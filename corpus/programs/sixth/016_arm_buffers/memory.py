from __future__ import annotations

import torch
from torch import Tensor, nn


class Remembers:
    """Mixin: a module which owns named memories of shape [n, width]."""

    def hold(self: nn.Module, n: int, **widths: int) -> None:
        self._held = tuple(widths)
        for name, w in widths.items():
            self.register_buffer(name, torch.zeros(n, w))

    def wipe(self, rows: Tensor | None = None) -> None:
        """Zero the rows marked true (all rows without an argument)."""
        for name in self._held:
            m = getattr(self, name)
            setattr(self, name, torch.zeros_like(m) if rows is None else m * (~rows).float().unsqueeze(-1))

    def held(self) -> dict[str, Tensor]:
        return {k: getattr(self, k).clone() for k in self._held}

    def cut(self) -> None:
        for name in self._held:
            setattr(self, name, getattr(self, name).detach())
