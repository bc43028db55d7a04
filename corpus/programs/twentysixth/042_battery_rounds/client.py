from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from config import Config


class Storage(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRUCell(3, hidden)
        self.mean = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-0.5))

    def forward(self, x: Tensor, h: Tensor) -> tuple[torch.distributions.Normal, Tensor]:
        h = self.gru(x, h)
        return torch.distributions.Normal(self.mean(h).squeeze(), self.log_std.exp()), h


class Client:
    """One household battery that trades on its own price history, week after week."""

    def __init__(self, cfg: Config, prices: np.ndarray) -> None:
        self.cfg = cfg
        self.prices = prices
        self.model = Storage(cfg.hidden)
        self.optim = torch.optim.Adam(self.model.parameters(), lr=cfg.lr)
        self.cursor = 0
        self.soc = 0.5
        self.h = torch.zeros(1, cfg.hidden)
        self.baseline = 0.0

    @property
    def weights(self) -> Tensor:
        return parameters_to_vector(self.model.parameters()).detach().clone()

    @weights.setter
    def weights(self, flat: Tensor) -> None:
        vector_to_parameters(flat.clone(), self.model.parameters())
        self.h = torch.zeros(1, self.cfg.hidden)

    def hour(self) -> tuple[Tensor, float]:
        price = float(self.prices[self.cursor % len(self.prices)])
        x = torch.tensor([[price / 50, self.soc, (self.cursor % 24) / 24]])
        dist, self.h = self.model(x, self.h)
        a = dist.sample()
        move = float(a.clamp(-0.25, 0.25))
        move = max(-self.soc, min(1 - self.soc, move))
        self.soc += move
        self.cursor += 1
        cost = move * price / (0.95 if move > 0 else 1 / 0.95)
        return dist.log_prob(a), -cost

    def train(self) -> float:
        earned = 0.0
        for _ in range(self.cfg.local_weeks):
            steps = [self.hour() for _ in range(168)]
            total = sum(r for _, r in steps)
            togo, loss = 0.0, torch.zeros(())
            for logp, r in reversed(steps):
                togo = r + 0.97 * togo
                loss = loss - logp * (togo - self.baseline)
            self.baseline = 0.95 * self.baseline + 0.05 * total / 168
            self.optim.zero_grad()
            (loss / 168).backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optim.step()
            self.h = self.h.detach()
            earned += total
        return earned / self.cfg.local_weeks
