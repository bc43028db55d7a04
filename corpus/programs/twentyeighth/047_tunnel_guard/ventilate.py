"""Jet fan control of a road tunnel, learned on line, with a guard that takes back bad updates."""
from __future__ import annotations

import copy
import enum
import math
import random
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.distributions import Categorical


class Verdict(enum.Enum):
    KEEP = enum.auto()
    SNAPSHOT = enum.auto()
    REVERT = enum.auto()


class Moment(NamedTuple):
    co: float
    visibility: float
    speed: float
    fans: int
    clock: float


@dataclass(slots=True)
class Tunnel:
    """Runs day and night; traffic is not measured."""

    rng: random.Random = field(default_factory=lambda: random.Random(5))
    minute: int = 0
    co: float = 20.0
    dust: float = 0.1
    wind: float = 0.0
    fans: int = 0

    def advance(self, fans: int) -> tuple[Moment, float]:
        self.minute += 1
        traffic = 20 + 15 * math.sin(2 * math.pi * self.minute / 1440) + self.rng.gauss(0, 4)
        self.wind = 0.9 * self.wind + self.rng.gauss(0, 0.1)
        flow = max(0.1, abs(self.wind) + 0.8 * fans)
        self.co = max(0.0, self.co + 0.4 * traffic - 0.12 * flow * self.co)
        self.dust = max(0.0, self.dust + 0.004 * traffic - 0.1 * flow * self.dust)
        wear = 0.2 * abs(fans - self.fans)
        self.fans = fans
        cost = 0.3 * fans + wear + max(0.0, self.co - 35) / 10 + 2 * max(0.0, self.dust - 0.3)
        return self.moment(flow), -cost

    def moment(self, flow: float = 0.0) -> Moment:
        return Moment(self.co / 50, 1 - self.dust, flow / 4, self.fans, (self.minute % 1440) / 1440)


class FanPolicy(nn.Module):
    def __init__(self, levels: int = 5, width: int = 32) -> None:
        super().__init__()
        self.gru = nn.GRU(5, width)
        self.logits = nn.Linear(width, levels)
        self.value = nn.Linear(width, 1)

    def forward(self, m: Moment, air: Tensor | None) -> tuple[Categorical, Tensor, Tensor]:
        y, air = self.gru(torch.tensor([[list(map(float, m))]]), air)
        return Categorical(logits=self.logits(y[0, 0])), self.value(y[0, 0])[0], air


@dataclass(slots=True)
class Guard:
    margin: float = 0.3
    best: float = -math.inf
    history: deque[float] = field(default_factory=lambda: deque(maxlen=1440))

    def judge(self) -> Verdict:
        if len(self.history) < 1440:
            return Verdict.KEEP
        mean = sum(self.history) / len(self.history)
        if mean > self.best:
            self.best = mean
            return Verdict.SNAPSHOT
        return Verdict.REVERT if mean < self.best - self.margin else Verdict.KEEP


class Operator:
    def __init__(self, lr: float = 3e-4, window: int = 30, gamma: float = 0.95) -> None:
        self.tunnel = Tunnel()
        self.policy = FanPolicy()
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.safe = copy.deepcopy(self.policy.state_dict())
        self.guard = Guard()
        self.window, self.gamma = window, gamma
        self.now = self.tunnel.moment()
        self.air: Tensor | None = None

    def half_hour(self) -> None:
        air = self.air.detach() if self.air is not None else None
        logps, values, rewards = [], [], []
        for _ in range(self.window):
            dist, value, air = self.policy(self.now, air)
            fans = dist.sample()
            self.now, reward = self.tunnel.advance(int(fans))
            logps.append(dist.log_prob(fans))
            values.append(value)
            rewards.append(reward)
            self.guard.history.append(reward)
        with torch.no_grad():
            ret = self.policy(self.now, air)[1]
        targets: list[Tensor] = []
        for reward in reversed(rewards):
            ret = reward + self.gamma * ret
            targets.insert(0, ret)
        adv = torch.stack(targets) - torch.stack(values)
        loss = (0.5 * adv.square() - torch.stack(logps) * adv.detach()).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
        self.opt.step()
        self.air = air

    def inspect(self) -> Verdict:
        verdict = self.guard.judge()
        match verdict:
            case Verdict.SNAPSHOT:
                self.safe = copy.deepcopy(self.policy.state_dict())
            case Verdict.REVERT:
                self.policy.load_state_dict(self.safe)
                self.air = None
                self.guard.history.clear()
        return verdict

    def run(self, days: int) -> None:
        for day in range(days):
            for _ in range(1440 // self.window):
                self.half_hour()
            verdict = self.inspect()
            print(f"day {day:4d} {verdict.name:8s} best {self.guard.best:.3f}")


if __name__ == "__main__":
    Operator().run(days=365)
