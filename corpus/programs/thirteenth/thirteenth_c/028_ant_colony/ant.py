from dataclasses import dataclass, field
from typing import Tuple

import torch
from torch import Tensor, nn


class AntBrain(nn.Module):
    def __init__(self, n_in: int = 7, n_mem: int = 24, n_out: int = 2) -> None:
        super().__init__()
        self.n_mem = n_mem
        self.cell = nn.LSTMCell(n_in, n_mem)
        self.motor = nn.Linear(n_mem, n_out)

    def forward(self, sense: Tensor, mem: Tuple[Tensor, Tensor]):
        h, c = self.cell(sense, mem)
        return torch.tanh(self.motor(h)), (h, c)


@dataclass
class Ant:
    ident: int
    brain: AntBrain = field(default_factory=AntBrain)
    pos: Tensor = field(default_factory=lambda: torch.rand(2))
    heading: float = 0.0
    energy: float = 1.0
    idle: int = 0
    carrying: bool = False

    def __post_init__(self) -> None:
        self.wake_up()

    def wake_up(self) -> None:
        self.mem = (torch.zeros(1, self.brain.n_mem), torch.zeros(1, self.brain.n_mem))

    @torch.no_grad()
    def decide(self, sense: Tensor) -> Tensor:
        out, self.mem = self.brain(sense.unsqueeze(0), self.mem)
        return out.squeeze(0)

    @torch.no_grad()
    def learn_from(self, other: "Ant", noise: float) -> None:
        for mine, theirs in zip(self.brain.parameters(), other.brain.parameters()):
            mine.copy_(theirs + noise * torch.randn_like(theirs))
