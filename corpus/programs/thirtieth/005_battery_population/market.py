from __future__ import annotations

import torch
from torch import Tensor


class BatteryFleet:
    """`n` batteries on an intraday market, half-hour steps, one week an episode."""

    OBS = 5
    ACTIONS = 3  # charge, hold, discharge
    HORIZON = 336

    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self.gen = torch.Generator().manual_seed(seed)
        self.soc = torch.zeros(n)
        self.price = torch.zeros(n)
        self.clock = torch.zeros(n)

    def _rand(self) -> Tensor:
        return torch.randn(self.n, generator=self.gen)

    def reset(self) -> Tensor:
        self.soc = torch.full((self.n,), 0.5)
        self.price = 50 + 10 * self._rand()
        self.clock = torch.randint(0, self.HORIZON, (self.n,), generator=self.gen).float()
        return self.observe()

    def observe(self) -> Tensor:
        day = self.clock % 48 / 48 * 6.2832
        return torch.stack([self.soc, self.price / 100, day.sin(), day.cos(), self.clock / self.HORIZON], 1)

    def step(self, action: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        flow = (action - 1).float() * 0.25
        new = (self.soc - flow).clamp(0, 1)
        moved = self.soc - new
        reward = moved * self.price / 10 - 0.05 * moved.abs()
        self.soc = new
        peak = 15 * torch.sin(self.clock % 48 / 48 * 12.5664)
        self.price = self.price + 0.2 * (50 + peak - self.price) + 4 * self._rand()
        self.clock += 1
        done = self.clock >= self.HORIZON
        self.soc = torch.where(done, torch.full_like(self.soc, 0.5), self.soc)
        self.clock = torch.where(done, torch.zeros_like(self.clock), self.clock)
        return self.observe(), reward, done
