"""Population of downlink schedulers for a small constellation."""
from __future__ import annotations

import random
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.distributions import Categorical

from orbit import OrbitEnv

N_STATIONS = 6


class Scheduler(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, width: int = 64) -> None:
        super().__init__()
        self.enc = nn.Linear(obs_dim, width)
        self.cell = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, obs: torch.Tensor, mem: torch.Tensor):
        mem = self.cell(torch.relu(self.enc(obs)), mem)
        return Categorical(logits=self.pi(mem)), self.v(mem).squeeze(-1), mem

    def blank(self) -> torch.Tensor:
        return torch.zeros(1, self.cell.hidden_size)


@dataclass
class Member:
    ident: int
    lr: float
    env: OrbitEnv
    net: Scheduler
    memory: torch.Tensor
    obs: torch.Tensor
    optim: torch.optim.Optimizer
    fitness: float = 0.0
    lineage: list[int] = field(default_factory=list)

    @classmethod
    def new(cls, ident: int) -> "Member":
        env = OrbitEnv(N_STATIONS, seed=ident)
        net = Scheduler(env.obs_dim, N_STATIONS + 1)
        lr = 10 ** random.uniform(-4, -3)
        obs = torch.as_tensor(env.reset()).unsqueeze(0)
        return cls(ident, lr, env, net, net.blank(), obs, torch.optim.Adam(net.parameters(), lr=lr))

    def segment(self, steps: int, gamma: float = 0.98) -> None:
        """One truncated-BPTT segment of the pass that is under way."""
        logps, values, rewards, masks = [], [], [], []
        memory = self.memory.detach()
        for _ in range(steps):
            dist, value, memory = self.net(self.obs, memory)
            action = dist.sample()
            obs, reward, done = self.env.step(int(action))
            if done:
                obs = self.env.reset()
                memory = self.net.blank()
            self.obs = torch.as_tensor(obs).unsqueeze(0)
            logps.append(dist.log_prob(action))
            values.append(value)
            rewards.append(reward)
            masks.append(0.0 if done else 1.0)
        self.memory = memory.detach()

        ret, loss = values[-1].detach(), torch.zeros(())
        for lp, v, r, m in zip(reversed(logps), reversed(values), reversed(rewards), reversed(masks)):
            ret = r + gamma * m * ret
            adv = ret - v
            loss = loss - (lp * adv.detach()).sum() + 0.5 * adv.pow(2).sum()
        self.optim.zero_grad()
        (loss / steps).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        self.fitness = 0.9 * self.fitness + 0.1 * sum(rewards)

    def become(self, other: "Member") -> None:
        self.net.load_state_dict(other.net.state_dict())
        self.memory = self.net.blank()
        self.lr = other.lr * random.choice((0.8, 1.25))
        self.optim = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.fitness = other.fitness
        self.lineage.append(other.ident)


def run(size: int = 8, rounds: int = 400) -> list[Member]:
    table = [Member.new(i) for i in range(size)]
    for r in range(rounds):
        for m in table:
            m.segment(64)
        if r % 10 == 9:
            ranked = sorted(table, key=lambda m: m.fitness, reverse=True)
            for weak in ranked[-size // 4:]:
                weak.become(random.choice(ranked[: size // 4]))
            print(r, [f"{m.fitness:.1f}" for m in ranked])
    return table


if __name__ == "__main__":
    torch.manual_seed(0)
    best = max(run(), key=lambda m: m.fitness)
    torch.save(best.net.state_dict(), "scheduler.pt")
