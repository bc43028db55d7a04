"""Population based training of ad-slot bidders with a Fischer clock.

Every request has to be answered before the bidder's clock runs out; a careful
(slow) look at the request gives a better estimate of its worth.
"""
from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn, optim
from torch.distributions import Normal


@dataclass
class PbtConfig:
    members: int = 6
    horizon: int = 300_000
    chunk: int = 32
    review: int = 3200
    perturb: float = 1.2


class Bidding(nn.Module):
    def __init__(self, units: int = 32) -> None:
        super().__init__()
        self.cell = nn.GRUCell(4, units)
        self.mu = nn.Linear(units, 2)
        self.log_std = nn.Parameter(torch.full((2,), -0.7))

    def blank(self) -> Tensor:
        return torch.zeros(1, self.cell.hidden_size)

    def forward(self, x: Tensor, carry: Tensor) -> tuple[Normal, Tensor]:
        carry = self.cell(x, carry)
        return Normal(self.mu(carry), self.log_std.exp()), carry


class Exchange:
    """Stream of requests for one bidder; never stops."""

    def __init__(self, seed: int) -> None:
        self.rand = random.Random(seed)
        self.clock = 20.0
        self.rival = 0.6
        self.next_request()

    def next_request(self) -> None:
        self.rival += 0.02 * (0.6 - self.rival) + self.rand.gauss(0, 0.02)
        self.worth = self.rand.betavariate(2, 2)
        self.hint = self.worth + self.rand.gauss(0, 0.25)
        self.won, self.paid = 0.0, 0.0

    def features(self) -> Tensor:
        return torch.tensor([[self.hint, self.clock / 20, self.won, self.paid]])

    def answer(self, bid: float, care: float) -> float:
        seconds = 2.0 / (1 + math.exp(-care))
        if seconds > self.clock:
            self.clock += 1.0
            self.next_request()
            return 0.0
        self.clock = min(20.0, self.clock - seconds + 1.0)
        estimate = self.worth + self.rand.gauss(0, 0.25 / (1 + seconds))
        offer = bid * estimate
        price = max(0.0, self.rand.gauss(self.rival, 0.1))
        won = offer > price
        gain = self.worth - price if won else 0.0
        self.next_request()
        self.won, self.paid = float(won), price if won else 0.0
        return gain


@dataclass
class Member:
    name: str
    exchange: Exchange
    net: Bidding = field(default_factory=Bidding)
    lr: float = 1e-3
    carry: Tensor = None
    opt: optim.Optimizer = None
    score: float = 0.0

    def __post_init__(self) -> None:
        self.carry = self.net.blank()
        self.opt = optim.Adam(self.net.parameters(), lr=self.lr)

    def chunk(self, n: int) -> None:
        logps, gains = [], []
        for _ in range(n):
            dist, self.carry = self.net(self.exchange.features(), self.carry)
            a = dist.sample()
            logps.append(dist.log_prob(a).sum())
            gains.append(self.exchange.answer(a[0, 0].item(), a[0, 1].item()))
        g = torch.tensor(gains)
        self.score = 0.9 * self.score + 0.1 * g.mean().item()
        togo = g.flip(0).cumsum(0).flip(0)
        loss = -(torch.stack(logps) * (togo - togo.mean())).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.carry = self.carry.detach()

    def adopt(self, better: Member, perturb: float) -> None:
        self.net.load_state_dict(better.net.state_dict())
        self.carry = self.net.blank()
        self.lr = better.lr * random.choice([perturb, 1 / perturb])
        self.opt = optim.Adam(self.net.parameters(), lr=self.lr)
        self.score = better.score


class Population:
    def __init__(self, cfg: PbtConfig) -> None:
        self.cfg = cfg
        self.members = [Member(f"m{i}", Exchange(i), lr=10 ** random.uniform(-4, -2)) for i in range(cfg.members)]

    def run(self) -> Member:
        for t in range(0, self.cfg.horizon, self.cfg.chunk):
            for m in self.members:
                m.chunk(self.cfg.chunk)
            if t and t % self.cfg.review == 0:
                self.members.sort(key=lambda m: m.score, reverse=True)
                print(t, [(m.name, round(m.score, 3)) for m in self.members])
                self.members[-1].adopt(self.members[0], self.cfg.perturb)
        return max(self.members, key=lambda m: m.score)


if __name__ == "__main__":
    best = Population(PbtConfig()).run()
    torch.save(best.net.state_dict(), "bidding.pt")
