from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Snapshot:
    score: float
    weights: dict[str, torch.Tensor]
    optim: dict


class Guard:
    """Remembers the best weights and tells when the run has gone bad."""

    def __init__(self, tolerance: float, patience: int) -> None:
        self.tolerance = tolerance
        self.patience = patience
        self.bad = 0
        self.best: Snapshot | None = None

    def observe(self, score: float, net: nn.Module, optim: torch.optim.Optimizer) -> bool:
        if not math.isfinite(score):
            return self.best is not None
        if self.best is None or score > self.best.score:
            weights = {k: v.detach().clone() for k, v in net.state_dict().items()}
            self.best = Snapshot(score, weights, copy.deepcopy(optim.state_dict()))
            self.bad = 0
            return False
        self.bad = self.bad + 1 if score < self.best.score - self.tolerance else 0
        return self.bad >= self.patience

    def restore(self, net: nn.Module, optim: torch.optim.Optimizer) -> None:
        assert self.best is not None
        net.load_state_dict(self.best.weights)
        optim.load_state_dict(copy.deepcopy(self.best.optim))
        self.bad = 0
