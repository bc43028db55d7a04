from __future__ import annotations

import abc
import random
from pathlib import Path
from typing import Optional

import torch
from torch import Tensor, nn


class Player(abc.ABC):
    """Somebody who can sit at the table."""

    def __init__(self, label: str) -> None:
        self.label = label

    @abc.abstractmethod
    def act(self, features: Tensor, legal: Tensor) -> int:
        ...

    def load(self, ckpt: Path) -> None:
        self.label = ckpt.stem

    def reset(self) -> None:
        """Forget what was seen at the table."""


class RandomPlayer(Player):
    def act(self, features: Tensor, legal: Tensor) -> int:
        return random.choice(torch.nonzero(legal).flatten().tolist())


class PotHistoryNet(nn.Module):
    """Reads the whole session: the habits of the others show only over many hands."""

    def __init__(self, n_feat: int, n_actions: int, width: int = 128) -> None:
        super().__init__()
        self.gru = nn.GRU(n_feat, width, num_layers=2)
        self.head = nn.Sequential(nn.Linear(width, width), nn.ELU(), nn.Linear(width, n_actions))

    def forward(self, x: Tensor, h: Optional[Tensor]) -> tuple[Tensor, Tensor]:
        y, h = self.gru(x, h)
        return self.head(y), h


class GruPlayer(Player):
    def __init__(self, label: str, n_feat: int, n_actions: int, temperature: float = 1.0) -> None:
        super().__init__(label)
        self._net = PotHistoryNet(n_feat, n_actions)
        self._net.eval()
        self._temp = temperature
        self._h: Optional[Tensor] = None

    def reset(self) -> None:
        self._h = None

    def load(self, ckpt: Path) -> None:
        super().load(ckpt)
        blob = torch.load(ckpt, map_location="cpu")
        self._net.load_state_dict(blob["policy"])
        self.reset()

    @torch.no_grad()
    def act(self, features: Tensor, legal: Tensor) -> int:
        logits, self._h = self._net(features.view(1, 1, -1), self._h)
        logits = logits.flatten() / self._temp
        logits[~legal] = -1e9
        return int(torch.multinomial(logits.softmax(-1), 1))
