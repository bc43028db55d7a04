"""
A committee of recurrent spam scorers.

Members are trained offline each night; the weakest seat is filled with the
freshly trained candidate while the filter keeps running.
"""
from __future__ import annotations

import logging
from pathlib import Path
from typing import Iterator

import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)


class Scorer(nn.Module):
    def __init__(self, features: int, width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(features, width)
        self.readout = nn.Linear(width, 1)

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor] | None):
        h, c = self.lstm(x, state)
        return torch.sigmoid(self.readout(h)), (h, c)


class Seat:
    """A member and what it remembers of each sender."""

    def __init__(self, features: int) -> None:
        self.scorer = Scorer(features).eval()
        self.states: dict[str, tuple[Tensor, Tensor]] = {}
        self.errors = 0.0

    def score(self, sender: str, x: Tensor) -> float:
        p, self.states[sender] = self.scorer(x, self.states.get(sender))
        return p.item()

    def replace(self, weights: dict[str, Tensor]) -> None:
        self.scorer.load_state_dict(weights)
        self.states.clear()
        self.errors = 0.0


class Committee:
    def __init__(self, features: int, size: int, incoming: Path) -> None:
        self.seats = [Seat(features) for _ in range(size)]
        self.incoming = incoming

    def __iter__(self) -> Iterator[Seat]:
        return iter(self.seats)

    @torch.no_grad()
    def judge(self, sender: str, x: Tensor) -> tuple[float, list[float]]:
        votes = [seat.score(sender, x) for seat in self.seats]
        return sum(votes) / len(votes), votes

    def learn_errors(self, votes: list[float], is_spam: bool) -> None:
        for seat, vote in zip(self.seats, votes):
            seat.errors = 0.999 * seat.errors + 0.001 * abs(vote - float(is_spam))

    def fill_weakest_seat(self) -> bool:
        candidates = sorted(self.incoming.glob("*.pt"), key=lambda p: p.stat().st_mtime)
        if not candidates:
            return False
        path = candidates[-1]
        weakest = max(self.seats, key=lambda s: s.errors)
        weakest.replace(torch.load(path, map_location="cpu"))
        logger.info("seat with error %.3f filled from %s", weakest.errors, path.name)
        for old in candidates:
            old.unlink()
        return True
