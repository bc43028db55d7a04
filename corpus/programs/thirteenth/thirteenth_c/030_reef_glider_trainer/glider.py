from __future__ import annotations

import torch
from torch import Tensor, nn


class GliderBatch:
    """B underwater gliders in a hidden current; only depth and battery are measured."""

    def __init__(self, batch: int, horizon: int = 500) -> None:
        self.batch, self.horizon = batch, horizon
        self.depth = torch.zeros(batch)
        self.current = torch.zeros(batch)
        self.battery = torch.ones(batch)
        self.age = torch.zeros(batch, dtype=torch.long)

    def observe(self) -> Tensor:
        return torch.stack([self.depth, self.battery], dim=1)

    def _restart(self, where: Tensor) -> None:
        n = int(where.sum())
        self.depth[where] = torch.rand(n)
        self.current[where] = torch.randn(n) * 0.02
        self.battery[where] = 1.0
        self.age[where] = 0

    def reset(self) -> Tensor:
        self._restart(torch.ones(self.batch, dtype=torch.bool))
        return self.observe()

    def step(self, action: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        push = (action.float() - 1) * 0.03
        self.depth = (self.depth + push + self.current).clamp(-1, 2)
        self.battery = self.battery - 0.002 - push.abs() * 0.05
        self.age += 1
        reward = 1.0 - (self.depth - 0.5).abs()
        done = (self.battery <= 0) | (self.age >= self.horizon)
        if done.any():
            self._restart(done)
        return self.observe(), reward, done


class GliderPolicy(nn.Module):
    def __init__(self, n_obs: int = 2, n_act: int = 3, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(n_obs, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def initial_memory(self, batch: int) -> Tensor:
        return torch.zeros(batch, self.width)

    def forward(self, obs: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        memory = self.cell(obs, memory)
        return self.pi(memory), self.v(memory).squeeze(-1), memory
