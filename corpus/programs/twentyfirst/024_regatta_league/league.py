import copy
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import torch


@dataclass
class Entry:
    name: str
    weights: Dict[str, torch.Tensor]
    wins: int = 1
    races: int = 2

    @property
    def strength(self) -> float:
        """How often it beats the learner."""
        return self.wins / self.races


class League:
    """Past selves, drawn by prioritised fictitious self-play."""

    def __init__(self, size: int = 40, power: float = 2.0, seed: int = 0):
        self.size = size
        self.power = power
        self.rng = np.random.default_rng(seed)
        self.entries: List[Entry] = []

    def admit(self, name: str, net: torch.nn.Module) -> None:
        self.entries.append(Entry(name, copy.deepcopy(net.state_dict())))
        if len(self.entries) > self.size:
            weakest = min(self.entries[:-1], key=lambda e: e.strength)
            self.entries.remove(weakest)

    def draw(self) -> Entry:
        p = np.array([e.strength for e in self.entries]) ** self.power
        return self.entries[self.rng.choice(len(self.entries), p=p / p.sum())]
