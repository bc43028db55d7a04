"""Population training for the kicker robot (four rods, vectorised simulator)."""
from dataclasses import dataclass, field
from typing import List

import torch
from torch import Tensor, nn


@dataclass
class Config:
    population: int = 6
    envs: int = 16
    horizon: int = 64
    generations: int = 100
    updates_per_generation: int = 25
    hidden: int = 128
    obs_dim: int = 20
    act_dim: int = 8


class KickerEnv:
    def __init__(self, n: int, obs_dim: int, act_dim: int) -> None:
        self.n = n
        self.mix = torch.randn(act_dim, obs_dim) * 0.1
        self.x = torch.randn(n, obs_dim)

    def observe(self) -> Tensor:
        return self.x.clone()

    def step(self, act: Tensor):
        self.x = 0.95 * self.x + act.tanh() @ self.mix + 0.02 * torch.randn_like(self.x)
        reward = -self.x[:, 0].abs()
        done = self.x[:, 0].abs() > 3.0
        self.x[done] = torch.randn(int(done.sum()), self.x.shape[1])
        return self.observe(), reward, done


class KickerNet(nn.Module):
    def __init__(self, cfg: Config) -> None:
        super().__init__()
        self.gru = nn.GRU(cfg.obs_dim, cfg.hidden)
        self.mu = nn.Linear(cfg.hidden, cfg.act_dim)
        self.log_std = nn.Parameter(torch.full((cfg.act_dim,), -0.5))
        self.value = nn.Linear(cfg.hidden, 1)

    def step(self, obs: Tensor, h: Tensor):
        y, h = self.gru(obs[None], h)
        y = y[0]
        return torch.distributions.Normal(self.mu(y), self.log_std.exp()), self.value(y)[:, 0], h


@dataclass
class Player:
    cfg: Config
    lr: float
    net: KickerNet = field(init=False)
    env: KickerEnv = field(init=False)
    fitness: float = 0.0

    def __post_init__(self) -> None:
        self.net = KickerNet(self.cfg)
        self.env = KickerEnv(self.cfg.envs, self.cfg.obs_dim, self.cfg.act_dim)
        self.optim = torch.optim.RMSprop(self.net.parameters(), lr=self.lr)
        self.clear_memory()

    def clear_memory(self) -> None:
        self.memory = torch.zeros(1, self.cfg.envs, self.cfg.hidden)

    def update(self) -> None:
        h = self.memory.detach()
        obs = self.env.observe()
        logp, values, rewards, masks = [], [], [], []
        for _ in range(self.cfg.horizon):
            dist, v, h = self.net.step(obs, h)
            act = dist.sample()
            obs, r, done = self.env.step(act)
            keep = (~done).float()
            h = h * keep.view(1, -1, 1)
            logp.append(dist.log_prob(act).sum(-1))
            values.append(v)
            rewards.append(r)
            masks.append(keep)
        self.memory = h.detach()
        with torch.no_grad():
            ret = self.net.step(obs, self.memory)[1]
        returns: List[Tensor] = []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + 0.98 * m * ret
            returns.append(ret)
        target = torch.stack(returns[::-1])
        value = torch.stack(values)
        loss = -(torch.stack(logp) * (target - value).detach()).mean() + 0.5 * (target - value).pow(2).mean()
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        self.fitness = 0.9 * self.fitness + 0.1 * torch.stack(rewards).mean().item()

    @torch.no_grad()
    def become(self, parent: "Player") -> None:
        for mine, theirs in zip(self.net.parameters(), parent.net.parameters()):
            mine.copy_(theirs)
        self.lr = parent.lr * (1.2 if torch.rand(()) < 0.5 else 0.8)
        self.optim = torch.optim.RMSprop(self.net.parameters(), lr=self.lr)
        self.fitness = parent.fitness
        self.clear_memory()


def run(cfg: Config) -> KickerNet:
    players = [Player(cfg, lr=10 ** (-4 + torch.rand(()).item())) for _ in range(cfg.population)]
    for gen in range(cfg.generations):
        for pl in players:
            for _ in range(cfg.updates_per_generation):
                pl.update()
        ranked = sorted(players, key=lambda pl: pl.fitness)
        ranked[0].become(ranked[-1])
        ranked[1].become(ranked[-2])
        print(gen, [round(pl.fitness, 3) for pl in players])
    return max(players, key=lambda pl: pl.fitness).net


if __name__ == "__main__":
    torch.save(run(Config()).state_dict(), "kicker_net.pt")
