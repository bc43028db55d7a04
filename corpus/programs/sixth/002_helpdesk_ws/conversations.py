from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, field

import torch
from torch import Tensor


def tokenize(text: str, vocab: int = 4096) -> Tensor:
    ids = [zlib.crc32(w.encode()) % vocab for w in text.lower().split()] or [0]
    return torch.tensor([ids], dtype=torch.long)


@dataclass
class Conversation:
    ticket: str
    mem: Tensor
    turns: int = 0
    touched: float = field(default_factory=time.monotonic)


class ConversationBook:
    """Open tickets. A closed ticket is dropped, a silent one expires."""

    def __init__(self, ttl: float = 1800.0) -> None:
        self._open: dict[str, Conversation] = {}
        self._ttl = ttl

    def get(self, ticket: str, blank) -> Conversation:
        conv = self._open.get(ticket)
        if conv is None:
            conv = self._open[ticket] = Conversation(ticket, blank())
        conv.touched = time.monotonic()
        return conv

    def close(self, ticket: str) -> None:
        self._open.pop(ticket, None)

    def sweep(self) -> int:
        now = time.monotonic()
        dead = [k for k, c in self._open.items() if now - c.touched > self._ttl]
        for k in dead:
            del self._open[k]
        return len(dead)

    def __len__(self) -> int:
        return len(self._open)
