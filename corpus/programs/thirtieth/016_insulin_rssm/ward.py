from __future__ import annotations

import torch


class Ward:
    """Minimal glucose-insulin dynamics of `n` beds, five minutes a step. A bed is refilled on discharge."""

    def __init__(self, n: int, seed: int = 0):
        self.n = n
        self.g = torch.Generator().manual_seed(seed)
        self.glucose = torch.zeros(n)
        self.active = torch.zeros(n)
        self.gut = torch.zeros(n)
        self.sens = torch.ones(n)
        self.stay = torch.zeros(n)

    def admit(self, rows: torch.Tensor) -> None:
        k = len(rows)
        self.glucose[rows] = 8 + 3 * torch.rand(k, generator=self.g)
        self.active[rows] = 0.0
        self.gut[rows] = 0.0
        self.sens[rows] = 0.5 + torch.rand(k, generator=self.g)
        self.stay[rows] = torch.randint(144, 2000, (k,), generator=self.g).float()

    def cgm(self) -> torch.Tensor:
        noise = 0.3 * torch.randn(self.n, generator=self.g)
        return torch.stack([(self.glucose + noise) / 10, self.active / 5, self.gut / 50], 1)

    def step(self, units: torch.Tensor) -> torch.Tensor:
        meal = (torch.rand(self.n, generator=self.g) < 0.012).float() * 40
        self.gut = 0.95 * self.gut + meal
        self.active = 0.97 * self.active + units
        self.glucose = self.glucose + 0.02 * self.gut * 0.2 - 0.04 * self.sens * self.active + 0.02 * (7 - self.glucose)
        self.glucose = self.glucose.clamp(1.5, 30)
        self.stay -= 1
        return self.stay <= 0
