import copy
from dataclasses import dataclass, field
from typing import Dict, List

import numpy as np
import torch


@dataclass
class Entry:
    weights: Dict[str, torch.Tensor]
    born: int
    games: int = 0
    lost: int = 0

    @property
    def strength(self) -> float:
        return (self.games - self.lost + 1) / (self.games + 2)


@dataclass
class Pool:
    """Prioritised fictitious self-play: hard opponents are met more often."""

    power: float = 2.0
    size: int = 30
    entries: List[Entry] = field(default_factory=list)

    def add(self, net: torch.nn.Module, born: int) -> None:
        self.entries.append(Entry(copy.deepcopy(net.state_dict()), born))
        if len(self.entries) > self.size:
            weakest = min(self.entries[:-1], key=lambda e: e.strength)
            self.entries.remove(weakest)

    def draw(self, rng: np.random.Generator) -> Entry:
        p = np.array([e.strength for e in self.entries]) ** self.power
        return self.entries[int(rng.choice(len(p), p=p / p.sum()))]
