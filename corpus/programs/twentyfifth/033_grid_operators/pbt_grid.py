"""Population based training of dispatch operators on a toy power grid."""
import math
import random
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

BUSES = 6


class Grid:
    def __init__(self, seed: int):
        self.g = torch.Generator().manual_seed(seed)
        self.reset()

    def reset(self) -> torch.Tensor:
        self.hour = 0
        self.load = torch.rand(BUSES, generator=self.g) + 0.5
        self.gen = self.load.clone()
        return self.obs()

    def obs(self) -> torch.Tensor:
        phase = 2 * math.pi * self.hour / 24
        return torch.cat([self.load, self.gen, torch.tensor([math.sin(phase), math.cos(phase)])])

    def step(self, delta: torch.Tensor) -> Tuple[torch.Tensor, float, bool]:
        self.hour += 1
        self.gen = (self.gen + 0.2 * delta).clamp(0, 3)
        drift = 0.1 * torch.randn(BUSES, generator=self.g) + 0.1 * math.sin(self.hour / 4)
        self.load = (self.load + drift).clamp(0.1, 3)
        gap = (self.gen - self.load).abs().sum().item()
        blackout = gap > 6.0
        return self.obs(), -gap - (20.0 if blackout else 0.0), blackout or self.hour >= 24 * 7


class Operator(nn.Module):
    def __init__(self, hidden: int = 64):
        super().__init__()
        self.lstm = nn.LSTMCell(2 * BUSES + 2, hidden)
        self.mu = nn.Linear(hidden, BUSES)
        self.log_std = nn.Parameter(torch.zeros(BUSES) - 0.5)
        self.value = nn.Linear(hidden, 1)

    def forward(self, x, carry):
        h, c = self.lstm(x.unsqueeze(0), carry)
        return self.mu(h)[0], self.value(h)[0, 0], (h, c)


@dataclass
class Member:
    idx: int
    net: Operator
    lr: float
    entropy: float
    grid: Grid
    carry: Optional[Tuple[torch.Tensor, torch.Tensor]] = None
    obs: Optional[torch.Tensor] = None
    opt: torch.optim.Optimizer = None
    returns: List[float] = field(default_factory=list)
    running: float = 0.0

    def __post_init__(self):
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.begin_week()

    def begin_week(self):
        self.obs = self.grid.reset()
        self.carry = None
        self.running = 0.0

    @property
    def fitness(self) -> float:
        recent = self.returns[-10:]
        return sum(recent) / len(recent) if recent else -math.inf

    def train_chunk(self, horizon: int):
        if self.carry is not None:
            self.carry = tuple(t.detach() for t in self.carry)
        logps, values, rewards, ends = [], [], [], []
        for _ in range(horizon):
            mu, v, self.carry = self.net(self.obs, self.carry)
            dist = torch.distributions.Normal(mu, self.net.log_std.exp())
            a = dist.sample()
            self.obs, r, done = self.grid.step(a)
            self.running += r
            logps.append(dist.log_prob(a).sum())
            values.append(v)
            rewards.append(r / 10)
            ends.append(done)
            if done:
                self.returns.append(self.running)
                self.begin_week()
        ret, targets = 0.0, []
        for r, e in zip(reversed(rewards), reversed(ends)):
            ret = r + (0.0 if e else 0.98 * ret)
            targets.append(ret)
        targets = torch.tensor(targets[::-1])
        values = torch.stack(values)
        adv = (targets - values).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(values, targets) - self.entropy * self.net.log_std.sum()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()

    def exploit(self, other: "Member"):
        self.net.load_state_dict(other.net.state_dict())
        self.returns = list(other.returns)
        self.lr, self.entropy = other.lr, other.entropy
        self.explore()

    def explore(self):
        self.lr *= random.choice([0.8, 1.25])
        self.entropy *= random.choice([0.8, 1.25])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.begin_week()


def main(size=8, rounds=200, chunks=20):
    pop = [
        Member(i, Operator(), lr=10 ** random.uniform(-4, -3), entropy=10 ** random.uniform(-4, -2), grid=Grid(i))
        for i in range(size)
    ]
    for rnd in range(rounds):
        for m in pop:
            for _ in range(chunks):
                m.train_chunk(48)
        ranked = sorted(pop, key=lambda m: m.fitness, reverse=True)
        for loser in ranked[-size // 4:]:
            loser.exploit(random.choice(ranked[: size // 4]))
        print(rnd, [round(m.fitness, 1) for m in ranked])
    torch.save(ranked[0].net.state_dict(), "operator.pt")


if __name__ == "__main__":
    main()
