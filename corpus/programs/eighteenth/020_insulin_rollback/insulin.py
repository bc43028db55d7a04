from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass
class Options:
    rounds: int = 400
    cohort: int = 64
    horizon: int = 144
    lr: float = 2e-3
    patience: int = 12
    target: float = 110.0


class Cohort:
    """Differentiable bodies: the controller is trained by gradients through them."""

    def __init__(self, n: int, gen: torch.Generator):
        self.g = 90 + 80 * torch.rand(n, generator=gen)
        self.plasma = torch.zeros(n)
        self.meal = torch.zeros(n)
        self.sens = 0.7 + 0.6 * torch.rand(n, generator=gen)
        self.gen = gen

    def advance(self, t: int, dose: Tensor) -> Tensor:
        n = len(self.g)
        if t % 48 == 20:
            self.meal = self.meal + 60 * torch.rand(n, generator=self.gen)
        self.plasma = 0.9 * self.plasma + dose
        self.g = self.g + 0.15 * self.meal - self.sens * self.plasma + 0.02 * (115 - self.g) + 1.5
        self.meal = 0.85 * self.meal
        self.g = self.g.clamp(25, 500)
        return self.g + 4 * torch.randn(n, generator=self.gen)


class Dosing(nn.Module):
    def __init__(self, hidden: int = 32):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(2, hidden)
        self.out = nn.Linear(hidden, 1)

    def begin(self, n: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, reading: Tensor, last: Tensor, mem: tuple[Tensor, Tensor]):
        x = torch.stack([reading / 100 - 1.1, last], -1)
        mem = self.cell(x, mem)
        return nn.functional.softplus(self.out(mem[0])).squeeze(-1), mem


class Study:
    def __init__(self, opt: Options):
        self.opt = opt
        self.net = Dosing()
        self.optim = torch.optim.Adam(self.net.parameters(), lr=opt.lr)
        self.best = math.inf
        self.best_weights = copy.deepcopy(self.net.state_dict())
        self.bad = 0

    def cost(self, seed: int) -> Tensor:
        gen = torch.Generator().manual_seed(seed)
        people = Cohort(self.opt.cohort, gen)
        mem = self.net.begin(self.opt.cohort)
        dose = torch.zeros(self.opt.cohort)
        reading = people.g
        total = torch.zeros(())
        for t in range(self.opt.horizon):
            dose, mem = self.net(reading, dose, mem)
            reading = people.advance(t, dose)
            miss = (people.g - self.opt.target) / 50
            total = total + torch.where(miss < 0, 3 * miss ** 2, miss ** 2).mean()
        return total / self.opt.horizon

    def fit(self) -> None:
        for rnd in range(self.opt.rounds):
            loss = self.cost(seed=rnd)
            self.optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.optim.step()
            with torch.no_grad():
                check = self.cost(seed=10_000_019).item()
            if check < self.best:
                self.best, self.bad = check, 0
                self.best_weights = copy.deepcopy(self.net.state_dict())
            else:
                self.bad += 1
            if self.bad >= self.opt.patience:
                self.net.load_state_dict(self.best_weights)
                for group in self.optim.param_groups:
                    group["lr"] *= 0.5
                self.optim.state.clear()
                self.bad = 0
                print(f"round {rnd}: restored {self.best:.4f}, lr {self.optim.param_groups[0]['lr']:.1e}")
        self.net.load_state_dict(self.best_weights)


if __name__ == "__main__":
    study = Study(Options())
    study.fit()
    torch.save(study.net.state_dict(), "dosing.pt")
