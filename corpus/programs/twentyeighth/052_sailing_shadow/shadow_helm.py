"""Autopilot on a long passage: a challenger learns from the log and takes the helm when it is better."""
from __future__ import annotations

import copy
import math
import random
from collections import deque
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    ticks: int = 500_000
    study_every: int = 600
    sequence: int = 60
    batch: int = 16
    gradient_steps: int = 40
    edge: float = 0.97
    lr: float = 1e-3


@dataclass(slots=True)
class Sea:
    heading: float = 0.0
    turn: float = 0.0
    swell: float = 0.0
    gust: float = 0.0
    sail_area: float = 1.0

    def tick(self, rudder: float) -> tuple[list[float], float]:
        self.swell += 0.11 + random.gauss(0, 0.01)
        self.gust = 0.995 * self.gust + random.gauss(0, 0.05)
        if random.random() < 1e-4:
            self.sail_area = random.choice([0.5, 0.75, 1.0])
        push = 0.6 * math.sin(self.swell) + self.gust * self.sail_area
        self.turn = 0.85 * self.turn + 0.4 * rudder + 0.1 * push
        self.heading = max(-90.0, min(90.0, self.heading + self.turn))
        return self.reading(), push

    def reading(self) -> list[float]:
        return [self.heading / 30, self.turn + random.gauss(0, 0.05), self.sail_area]


class Helm(nn.Module):
    """Predicts the push of wind and waves one tick ahead; the rudder works against it."""

    def __init__(self, size: int = 24) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, size, batch_first=True)
        self.push = nn.Linear(size, 1)

    def rest(self) -> tuple[Tensor, Tensor]:
        z = torch.zeros(1, 1, self.lstm.hidden_size)
        return z, z.clone()

    def forward(self, x: Tensor, sea_sense: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y, sea_sense = self.lstm(x, sea_sense)
        return self.push(y).squeeze(-1), sea_sense


@dataclass
class Autopilot:
    plan: Passage
    helm: Helm = field(default_factory=Helm)
    log: deque[tuple[list[float], float]] = field(default_factory=lambda: deque(maxlen=20_000))
    takeovers: int = 0

    def __post_init__(self) -> None:
        self.sea_sense = self.helm.rest()
        self.rudder = 0.0
        self.seen: list[float] = []

    @torch.no_grad()
    def steer(self, reading: list[float]) -> float:
        self.seen = [*reading, self.rudder]
        x = torch.tensor([[self.seen]])
        push, self.sea_sense = self.helm(x, self.sea_sense)
        demand = -0.8 * reading[0] - 0.9 * reading[1] - 0.25 * push.item()
        self.rudder = max(-1.0, min(1.0, demand))
        return self.rudder

    def note(self, push: float) -> None:
        self.log.append((self.seen, push))

    def sample(self, rows: list[tuple[list[float], float]]) -> tuple[Tensor, Tensor]:
        n = self.plan.sequence
        starts = [random.randrange(len(rows) - n) for _ in range(self.plan.batch)]
        x = torch.tensor([[rows[s + k][0] for k in range(n)] for s in starts])
        y = torch.tensor([[rows[s + k][1] for k in range(n)] for s in starts])
        return x, y

    def study(self) -> None:
        rows = list(self.log)
        cut = int(0.8 * len(rows))
        old, new = rows[:cut], rows[cut:]
        if len(new) <= 2 * self.plan.sequence:
            return
        challenger = copy.deepcopy(self.helm)
        opt = torch.optim.Adam(challenger.parameters(), lr=self.plan.lr)
        for _ in range(self.plan.gradient_steps):
            x, y = self.sample(old)
            loss = (challenger(x)[0] - y).square().mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
        x, y = self.sample(new)
        with torch.no_grad():
            mine = (self.helm(x)[0] - y).square().mean().item()
            theirs = (challenger(x)[0] - y).square().mean().item()
        if theirs < self.plan.edge * mine:
            self.take_over(challenger)

    def take_over(self, challenger: Helm) -> None:
        self.helm = challenger
        self.sea_sense = challenger.rest()
        self.takeovers += 1


def sail(plan: Passage) -> Autopilot:
    sea, pilot = Sea(), Autopilot(plan)
    reading, off_course = sea.reading(), 0.0
    for tick in range(1, plan.ticks + 1):
        reading, push = sea.tick(pilot.steer(reading))
        pilot.note(push)
        off_course += abs(sea.heading)
        if tick % plan.study_every == 0:
            pilot.study()
        if tick % 20_000 == 0:
            print(f"{tick:7d} off course {off_course / 20_000:.2f} deg, takeovers {pilot.takeovers}")
            off_course = 0.0
    return pilot


if __name__ == "__main__":
    pilot = sail(replace(Passage(), ticks=200_000))
    torch.save(pilot.helm.state_dict(), "helm.pt")
