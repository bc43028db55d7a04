"""A lamp keeper must point a beam at ships that show themselves only in flashes."""
from __future__ import annotations

import torch
from torch import Tensor


class HarbourSim:
    """Batched simulator; all nights of a batch are equally long."""

    obs_size = 3
    n_actions = 3

    def __init__(self, batch: int, night: int = 80) -> None:
        self.batch = batch
        self.night = night

    def reset(self) -> Tensor:
        self.t = 0
        self.beam = torch.zeros(self.batch)
        self.ship = torch.rand(self.batch) * 2 - 1
        self.drift = (torch.rand(self.batch) - 0.5) * 0.06
        return self._observe()

    def _observe(self) -> Tensor:
        flash = (torch.rand(self.batch) < 0.15).float()
        return torch.stack([self.beam, self.ship * flash, flash], dim=1)

    def step(self, action: Tensor) -> tuple[Tensor, Tensor, bool]:
        self.beam = (self.beam + (action - 1).float() * 0.1).clamp(-1, 1)
        self.ship = self.ship + self.drift
        self.drift = torch.where(self.ship.abs() > 1, -self.drift, self.drift)
        reward = ((self.beam - self.ship).abs() < 0.15).float()
        self.t += 1
        return self._observe(), reward, self.t >= self.night
