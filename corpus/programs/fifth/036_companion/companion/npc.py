from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from .packs import Pack


class CompanionNet(nn.Module):
    def __init__(self, n_in: int = 10, n_hidden: int = 56, n_out: int = 7) -> None:
        super().__init__()
        self.n_hidden = n_hidden
        self.look = nn.Linear(n_in, n_hidden)
        self.think = nn.LSTMCell(n_hidden, n_hidden)
        self.act = nn.Linear(n_hidden, n_out)

    def forward(self, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor):
        h, c = self.think(torch.relu(self.look(x)), (h, c))
        return self.act(h), h, c


@dataclass
class Mood:
    h: torch.Tensor
    c: torch.Tensor

    @classmethod
    def neutral(cls, n: int) -> "Mood":
        return cls(torch.zeros(1, n), torch.zeros(1, n))


class Companion:
    def __init__(self, name: str) -> None:
        self.name = name
        self.net = CompanionNet().eval()
        self.mood = Mood.neutral(self.net.n_hidden)
        self.pack_name = ""

    def calm(self) -> None:
        self.mood = Mood.neutral(self.net.n_hidden)

    def adopt(self, pack: Pack, *, smooth: bool = False) -> None:
        """Take over a behaviour pack. `smooth` avoids the visible stutter of a calmed companion."""
        self.net.load_state_dict(pack.weights)
        self.pack_name = pack.name
        if not smooth:
            self.calm()

    @torch.no_grad()
    def decide(self, senses: list[float]) -> int:
        scores, h, c = self.net(torch.tensor([senses]), self.mood.h, self.mood.c)
        self.mood = Mood(h, c)
        return int(scores.argmax())
