from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from .net import BettorNet


@dataclass
class Seat:
    """A player at the table. Its memory of the opponents lasts over the hands of a session."""

    label: str
    net: BettorNet
    stack: int = 200
    memory: torch.Tensor | None = field(default=None, repr=False)
    hands: int = 0

    @classmethod
    def from_file(cls, path: Path, stack: int = 200) -> "Seat":
        net = BettorNet()
        net.load_state_dict(torch.load(path, map_location="cpu"))
        net.eval()
        return cls(path.stem, net, stack)

    @torch.no_grad()
    def bet(self, features: np.ndarray, legal: list[int], rng: np.random.Generator) -> int:
        logits, self.memory = self.net(torch.from_numpy(features).unsqueeze(0), self.memory)
        p = torch.softmax(logits[0, legal], -1).numpy().astype(float)
        return int(rng.choice(legal, p=p / p.sum()))

    def leave_table(self) -> None:
        self.memory = None
