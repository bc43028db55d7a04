from __future__ import annotations

import torch
from torch import Tensor, nn

INTENTS = ("ask_detail", "restart_device", "escalate", "send_article", "close_ticket")


class TurnEncoder(nn.Module):
    def __init__(self, vocab: int, dim: int = 64) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab, dim, mode="mean")
        self.norm = nn.LayerNorm(dim)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.norm(self.bag(tokens))


class DialogPolicy(nn.Module):
    """One GRU step for each user turn; logits over help-desk intents."""

    def __init__(self, vocab: int = 4096, dim: int = 64, memory: int = 96) -> None:
        super().__init__()
        self.memory = memory
        self.enc = TurnEncoder(vocab, dim)
        self.cell = nn.GRUCell(dim, memory)
        self.pi = nn.Linear(memory, len(INTENTS))

    def fresh(self) -> Tensor:
        return torch.zeros(1, self.memory)

    @torch.inference_mode()
    def turn(self, tokens: Tensor, mem: Tensor) -> tuple[int, Tensor]:
        mem = self.cell(self.enc(tokens), mem)
        return int(self.pi(mem).argmax(-1)), mem
