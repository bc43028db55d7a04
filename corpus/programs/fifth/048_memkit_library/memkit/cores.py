from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor, nn


class LayerNormGRUCell(nn.Module):
    """GRU cell with layer norm on the joint projection (Hafner et al.)."""

    def __init__(self, n_in: int, n: int, update_bias: float = -1.0) -> None:
        super().__init__()
        self.n = n
        self.update_bias = update_bias
        self.proj = nn.Linear(n_in + n, 3 * n, bias=False)
        self.norm = nn.LayerNorm(3 * n)

    @property
    def parts(self) -> int:
        return 1

    def forward(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        (h,) = state
        reset, cand, update = self.norm(self.proj(torch.cat([x, h], -1))).chunk(3, -1)
        cand = torch.tanh(torch.sigmoid(reset) * cand)
        update = torch.sigmoid(update + self.update_bias)
        h = update * cand + (1 - update) * h
        return h, (h,)


class PeepholeCell(nn.Module):
    """LSTM with peephole connections (Gers & Schmidhuber)."""

    def __init__(self, n_in: int, n: int) -> None:
        super().__init__()
        self.n = n
        self.proj = nn.Linear(n_in + n, 4 * n)
        self.wi, self.wf, self.wo = (nn.Parameter(torch.zeros(n)) for _ in range(3))

    @property
    def parts(self) -> int:
        return 2

    def forward(self, x: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        h, c = state
        i, f, g, o = self.proj(torch.cat([x, h], -1)).chunk(4, -1)
        c = torch.sigmoid(f + self.wf * c) * c + torch.sigmoid(i + self.wi * c) * torch.tanh(g)
        h = torch.sigmoid(o + self.wo * c) * torch.tanh(c)
        return h, (h, c)


CORES: dict[str, Callable[[int, int], nn.Module]] = {"ln_gru": LayerNormGRUCell, "peephole": PeepholeCell}
