from __future__ import annotations

import torch
from torch import Tensor, nn


class MemoryBlock(nn.Module):
    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.n1, self.n2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x: Tensor, past: Tensor) -> Tensor:
        ctx = torch.cat([past, x], dim=1)
        y, _ = self.attn(self.n1(x), self.n1(ctx), self.n1(ctx), need_weights=False)
        x = x + y
        return x + self.mlp(self.n2(x))


class MemoryPolicy(nn.Module):
    """Transformer-XL in small: every layer attends to its own last `span` activations."""

    def __init__(self, n_in: int = 20, n_out: int = 8, dim: int = 64, layers: int = 3, span: int = 32) -> None:
        super().__init__()
        self.dim, self.span = dim, span
        self.embed = nn.Linear(n_in, dim)
        self.blocks = nn.ModuleList(MemoryBlock(dim, 4) for _ in range(layers))
        self.head = nn.Linear(dim, n_out)

    def empty(self, batch: int = 1) -> list[Tensor]:
        return [torch.zeros(batch, 1, self.dim) for _ in self.blocks]

    def forward(self, obs: Tensor, tokens: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        x = self.embed(obs).unsqueeze(1)
        kept: list[Tensor] = []
        for block, past in zip(self.blocks, tokens):
            kept.append(torch.cat([past, x], dim=1)[:, -self.span :])
            x = block(x, past)
        return self.head(x[:, 0]), kept
