from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from torch import Tensor, nn

from model import HeatDemandNet, Weights


@dataclass
class LocalResult:
    weights: Weights
    n_samples: int
    loss: float


@dataclass
class BuildingClient:
    """Holds the meter stream of one building and works through it in order."""

    name: str
    data_file: Path
    chunk: int = 24
    lr: float = 1e-3
    net: HeatDemandNet = field(default_factory=HeatDemandNet)
    position: int = 0
    hidden: Optional[Tensor] = None

    def __post_init__(self) -> None:
        raw = np.load(self.data_file)
        self.inputs = torch.from_numpy(raw["inputs"]).float()
        self.demand = torch.from_numpy(raw["demand"]).float()

    def receive(self, weights: Weights) -> None:
        self.net.load_state_dict(weights)
        self.hidden = None

    def _next_chunk(self) -> tuple[Tensor, Tensor]:
        if self.position + self.chunk + 1 > len(self.inputs):
            self.position = 0
            self.hidden = None
        lo, hi = self.position, self.position + self.chunk
        self.position = hi
        return self.inputs[lo:hi].unsqueeze(0), self.demand[lo + 1:hi + 1].unsqueeze(0)

    def train_round(self, chunks: int) -> LocalResult:
        optimizer = torch.optim.SGD(self.net.parameters(), lr=self.lr, momentum=0.9)
        criterion = nn.HuberLoss()
        total = 0.0
        for _ in range(chunks):
            x, y = self._next_chunk()
            prediction, h = self.net(x, self.hidden)
            self.hidden = h.detach()
            loss = criterion(prediction, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        weights = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
        return LocalResult(weights, chunks * self.chunk, total / chunks)
