from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass
class Belief:
    deter: Tensor
    stoch: Tensor

    def feat(self) -> Tensor:
        return torch.cat([self.deter, self.stoch], dim=-1)

    def tile(self, n: int) -> "Belief":
        return Belief(self.deter.expand(n, -1), self.stoch.expand(n, -1))


class WaterModel(nn.Module):
    """Categorical RSSM of a house's greywater tank, trained offline per season."""

    def __init__(self, obs: int = 4, act: int = 2, deter: int = 96, groups: int = 8, classes: int = 8) -> None:
        super().__init__()
        self.act, self.deter, self.groups, self.classes = act, deter, groups, classes
        self.pre = nn.Sequential(nn.Linear(groups * classes + act, deter), nn.SiLU())
        self.gru = nn.GRUCell(deter, deter)
        self.prior = nn.Linear(deter, groups * classes)
        self.post = nn.Sequential(nn.Linear(deter + obs, deter), nn.SiLU(), nn.Linear(deter, groups * classes))
        self.reward = nn.Sequential(nn.Linear(deter + groups * classes, 64), nn.SiLU(), nn.Linear(64, 1))

    def blank(self) -> Belief:
        return Belief(torch.zeros(1, self.deter), torch.zeros(1, self.groups * self.classes))

    def _draw(self, logits: Tensor) -> Tensor:
        logits = logits.view(-1, self.groups, self.classes)
        z = torch.distributions.OneHotCategorical(logits=logits).sample()
        return z.flatten(1)

    def predict(self, b: Belief, a: Tensor) -> Belief:
        h = self.gru(self.pre(torch.cat([b.stoch, a], -1)), b.deter)
        return Belief(h, self._draw(self.prior(h)))

    def filter(self, b: Belief, a: Tensor, o: Tensor) -> Belief:
        h = self.gru(self.pre(torch.cat([b.stoch, a], -1)), b.deter)
        return Belief(h, self._draw(self.post(torch.cat([h, o], -1))))
