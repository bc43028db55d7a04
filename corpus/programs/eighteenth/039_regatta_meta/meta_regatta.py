from __future__ import annotations

import copy
import math
import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Normal


@dataclass
class Config:
    hidden: int = 96
    tasks_per_update: int = 16
    races: int = 3
    race_steps: int = 60
    updates: int = 5000
    lr: float = 4e-4
    validate_every: int = 50
    slack: float = 0.85


class Regatta:
    """One venue: unknown wind and polar. The boat sails `races` short races on it in a row."""

    def __init__(self, cfg: Config, rng: random.Random):
        self.cfg = cfg
        self.wind = rng.uniform(-math.pi, math.pi)
        self.keel = rng.uniform(0.5, 1.0)
        self.rng = rng
        self.clock = 0
        self.line_up()

    def line_up(self) -> None:
        self.x = self.y = 0.0
        self.course = self.rng.uniform(-math.pi, math.pi)

    def sail(self, rudder: float) -> tuple[list[float], float, bool]:
        self.course += 0.3 * max(-1.0, min(1.0, rudder))
        rel = abs((self.course - self.wind + math.pi) % (2 * math.pi) - math.pi)
        v = self.keel * math.sin(rel) if rel > 0.7 else -0.02
        self.x += 0.05 * v * math.cos(self.course)
        self.y += 0.05 * v * math.sin(self.course)
        reward = 0.05 * v * math.cos(self.course)
        self.clock += 1
        gun = self.clock % self.cfg.race_steps == 0
        if gun:
            self.line_up()
        seen = [self.x, self.y, math.sin(self.course), math.cos(self.course), rudder, reward * 20, float(gun)]
        return seen, reward, self.clock >= self.cfg.races * self.cfg.race_steps


class Skipper(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.hidden = hidden
        self.core = nn.LSTMCell(7, hidden)
        self.mean = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-0.5))

    def start(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, seen: Tensor, mem: tuple[Tensor, Tensor]):
        mem = self.core(seen, mem)
        return Normal(self.mean(mem[0]).squeeze(1), self.log_std.exp()), mem


def run_venue(skipper: Skipper, cfg: Config, rng: random.Random, greedy: bool = False):
    venue = Regatta(cfg, rng)
    mem = skipper.start()
    seen, over = [0.0] * 7, False
    logps, rewards = [], []
    while not over:
        dist, mem = skipper(torch.tensor([seen]), mem)
        act = dist.mean if greedy else dist.sample()
        logps.append(dist.log_prob(act.detach()))
        seen, reward, over = venue.sail(float(act))
        rewards.append(reward)
    return torch.cat(logps), torch.tensor(rewards)


def to_go(r: Tensor) -> Tensor:
    return r.flip(0).cumsum(0).flip(0)


def validate(skipper: Skipper, cfg: Config) -> float:
    rng = random.Random(99)
    with torch.no_grad():
        return sum(run_venue(skipper, cfg, rng, greedy=True)[1].sum().item() for _ in range(20)) / 20


def train(cfg: Config) -> Skipper:
    rng = random.Random(0)
    skipper = Skipper(cfg.hidden)
    opt = torch.optim.Adam(skipper.parameters(), cfg.lr)
    best, best_score = copy.deepcopy(skipper.state_dict()), -math.inf
    for u in range(cfg.updates):
        runs = [run_venue(skipper, cfg, rng) for _ in range(cfg.tasks_per_update)]
        returns = torch.stack([to_go(r) for _, r in runs])
        adv = (returns - returns.mean(0)) / (returns.std(0) + 1e-6)
        loss = -(torch.stack([lp for lp, _ in runs]) * adv).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(skipper.parameters(), 1.0)
        opt.step()

        if u % cfg.validate_every == 0:
            score = validate(skipper, cfg)
            print(f"{u:5d} validation {score:.3f} best {best_score:.3f}")
            if score >= best_score:
                best, best_score = copy.deepcopy(skipper.state_dict()), score
            elif best_score > 0 and score < cfg.slack * best_score:
                skipper.load_state_dict(best)
                opt = torch.optim.Adam(skipper.parameters(), cfg.lr / 2)
    skipper.load_state_dict(best)
    return skipper


if __name__ == "__main__":
    torch.save(train(Config()).state_dict(), "skipper.pt")
