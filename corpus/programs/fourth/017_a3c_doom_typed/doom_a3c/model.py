from typing import NamedTuple, Tuple

import torch
from torch import Tensor, nn


class Memory(NamedTuple):
    h: Tensor
    c: Tensor

    def detached(self) -> "Memory":
        return Memory(self.h.detach(), self.c.detach())


class DoomNet(nn.Module):
    def __init__(self, n_actions: int, hidden: int = 256) -> None:
        super().__init__()
        self.eyes = nn.Sequential(
            nn.Conv2d(1, 32, 8, stride=4), nn.ELU(),
            nn.Conv2d(32, 32, 4, stride=2), nn.ELU(),
            nn.Conv2d(32, 32, 3, stride=2), nn.ELU(),
            nn.Flatten(), nn.LazyLinear(hidden),
        )
        self.core = nn.LSTMCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)
        self.hidden = hidden
        self.eyes(torch.zeros(1, 1, 84, 84))

    def blank(self) -> Memory:
        return Memory(torch.zeros(1, self.hidden), torch.zeros(1, self.hidden))

    def forward(self, frame: Tensor, memory: Memory) -> Tuple[Tensor, Tensor, Memory]:
        h, c = self.core(self.eyes(frame), memory)
        return self.actor(h), self.critic(h).squeeze(-1), Memory(h, c)
