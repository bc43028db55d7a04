from __future__ import annotations

import copy
import random
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from greenhouse import Greenhouse


@dataclass
class Config:
    population: int = 8
    generations: int = 300
    chunk: int = 24
    chunks_per_generation: int = 15
    quantile: float = 0.25
    gamma: float = 0.98
    hidden: int = 64
    seed: int = 11
    lr_range: tuple[float, float] = (1e-4, 3e-3)
    entropy_range: tuple[float, float] = (1e-3, 3e-2)


class ClimateNet(nn.Module):
    def __init__(self, obs_dim: int, n_act: int, hidden: int) -> None:
        super().__init__()
        self.rnn = nn.GRU(obs_dim, hidden, batch_first=True)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y, h = self.rnn(x, h)
        y = y[:, -1]
        return self.actor(y), self.critic(y).squeeze(-1), h


@dataclass
class Member:
    idx: int
    cfg: Config
    lr: float
    ent: float
    scores: deque = field(default_factory=lambda: deque(maxlen=5))

    def __post_init__(self) -> None:
        self.env = Greenhouse(seed=self.cfg.seed + self.idx)
        self.net = ClimateNet(self.env.obs_dim, len(self.env.ACTIONS), self.cfg.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.obs = self.env.reset()
        self.clear_memory()
        self.ep_return = 0.0

    def clear_memory(self) -> None:
        self.h = torch.zeros(1, 1, self.cfg.hidden)

    @property
    def fitness(self) -> float:
        return float(np.mean(self.scores)) if self.scores else -1e9

    def train_chunk(self) -> None:
        self.h = self.h.detach()
        logps, values, ents, rewards, dones = [], [], [], [], []
        for _ in range(self.cfg.chunk):
            x = torch.from_numpy(self.obs).view(1, 1, -1)
            logits, v, self.h = self.net(x, self.h)
            dist = Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            self.ep_return += r
            logps.append(dist.log_prob(a))
            values.append(v)
            ents.append(dist.entropy())
            rewards.append(r)
            dones.append(done)
            if done:
                self.scores.append(self.ep_return)
                self.ep_return = 0.0
                self.obs = self.env.reset()
                self.clear_memory()
        with torch.no_grad():
            x = torch.from_numpy(self.obs).view(1, 1, -1)
            _, ret, _ = self.net(x, self.h)
        targets = []
        for r, d in zip(reversed(rewards), reversed(dones)):
            ret = r + self.cfg.gamma * ret * (1.0 - float(d))
            targets.insert(0, ret)
        target = torch.cat(targets)
        value = torch.cat(values)
        adv = target - value.detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * (target - value).pow(2).mean()
        loss = loss - self.ent * torch.cat(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def copy_from(self, other: Member) -> None:
        self.net.load_state_dict(other.net.state_dict())
        self.opt.load_state_dict(copy.deepcopy(other.opt.state_dict()))
        self.lr, self.ent = other.lr, other.ent
        self.scores = deque(other.scores, maxlen=5)
        self.clear_memory()

    def explore(self) -> None:
        self.lr *= random.choice([0.8, 1.25])
        self.ent *= random.choice([0.8, 1.25])
        for g in self.opt.param_groups:
            g["lr"] = self.lr


def log_uniform(lo: float, hi: float) -> float:
    return float(np.exp(np.random.uniform(np.log(lo), np.log(hi))))


def main(cfg: Config) -> None:
    random.seed(cfg.seed)
    np.random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)
    members = [Member(i, cfg, log_uniform(*cfg.lr_range), log_uniform(*cfg.entropy_range)) for i in range(cfg.population)]
    k = max(1, int(cfg.population * cfg.quantile))
    for gen in range(cfg.generations):
        for m in members:
            for _ in range(cfg.chunks_per_generation):
                m.train_chunk()
        ranked = sorted(members, key=lambda m: m.fitness, reverse=True)
        for loser in ranked[-k:]:
            loser.copy_from(random.choice(ranked[:k]))
            loser.explore()
        print(f"gen {gen:4d} best {ranked[0].fitness:.2f} lr {ranked[0].lr:.5f} ent {ranked[0].ent:.4f}")
    torch.save(ranked[0].net.state_dict(), "greenhouse_best.pt")


if __name__ == "__main__":
    main(Config())
