from __future__ import annotations

import dataclasses
import random
from typing import Dict, List, Mapping

import torch


@dataclasses.dataclass
class Entry:
    name: str
    weights: Dict[str, torch.Tensor]
    elo: float


class Ladder:
    """Frozen debaters with Elo ratings; rivals near the learner's rating come up more often."""

    def __init__(self, size: int, k: float = 16.0, seed: int = 0) -> None:
        self.size, self.k = size, k
        self.entries: List[Entry] = []
        self.learner_elo = 1000.0
        self._rng = random.Random(seed)

    def freeze(self, name: str, weights: Mapping[str, torch.Tensor]) -> None:
        kept = {key: t.detach().cpu().clone() for key, t in weights.items()}
        self.entries.append(Entry(name, kept, self.learner_elo))
        if len(self.entries) > self.size:
            self.entries.remove(min(self.entries[:-1], key=lambda e: e.elo))

    def sample(self) -> Entry:
        w = [1.0 / (50.0 + abs(e.elo - self.learner_elo)) for e in self.entries]
        return self._rng.choices(self.entries, weights=w)[0]

    def record(self, rival: Entry, score: float) -> None:
        expected = 1.0 / (1.0 + 10 ** ((rival.elo - self.learner_elo) / 400))
        shift = self.k * (score - expected)
        self.learner_elo += shift
        rival.elo -= shift
