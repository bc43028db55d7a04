"""Recurrent PPO that keeps a star centred on a telescope with backlash in its gears."""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Normal


@dataclass
class Config:
    mounts: int = 12
    horizon: int = 80
    iterations: int = 1200
    epochs: int = 3
    eval_interval: int = 15
    tolerance: float = 0.25
    lr: float = 5e-4
    seed: int = 5


class Mount:
    def __init__(self, n: int, seed: int, night: int = 500) -> None:
        self.n, self.night = n, night
        self.gen = torch.Generator().manual_seed(seed)

    def _fresh(self, which: Tensor) -> None:
        k = int(which.sum())
        self.error[which] = torch.randn(k, generator=self.gen) * 0.5
        self.drift[which] = torch.randn(k, generator=self.gen) * 0.02
        self.gear[which] = 0.0
        self.t[which] = 0

    def start(self) -> Tensor:
        self.error, self.drift, self.gear = (torch.zeros(self.n) for _ in range(3))
        self.t = torch.zeros(self.n)
        self._fresh(torch.ones(self.n, dtype=torch.bool))
        return self.seen()

    def seen(self) -> Tensor:
        noise = torch.randn(self.n, generator=self.gen) * 0.1
        return (self.error + noise).unsqueeze(-1)

    def step(self, push: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        self.t += 1
        push = push.clamp(-1, 1)
        slack = (self.gear + push).clamp(-0.3, 0.3)
        moved = self.gear + push - slack
        self.gear = slack
        self.error = self.error + self.drift - 0.2 * moved
        reward = -self.error.abs() - 0.05 * push.abs()
        done = (self.t >= self.night) | (self.error.abs() > 4)
        self._fresh(done)
        return self.seen(), reward, done.float()


class Guider(nn.Module):
    def __init__(self, hidden: int = 32) -> None:
        super().__init__()
        self.gru = nn.GRUCell(1, hidden)
        self.mu = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.full((1,), -1.0))
        self.value = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, h: Tensor) -> tuple[Normal, Tensor, Tensor]:
        h = self.gru(x, h)
        return Normal(self.mu(h).squeeze(-1), self.log_std.exp()), self.value(h).squeeze(-1), h


class PPO:
    def __init__(self, cfg: Config) -> None:
        self.cfg = cfg
        self.env = Mount(cfg.mounts, cfg.seed)
        self.net = Guider()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.best, self.best_score = self.snapshot(), -math.inf
        self.begin()

    def begin(self) -> None:
        self.x = self.env.start()
        self.h = torch.zeros(self.cfg.mounts, 32)

    def snapshot(self) -> dict[str, Tensor]:
        return {name: p.detach().clone() for name, p in self.net.state_dict().items()}

    def iterate(self) -> None:
        h0 = self.h
        xs, acts, logps, vals, rews, masks = [], [], [], [], [], []
        with torch.no_grad():
            for _ in range(self.cfg.horizon):
                pi, v, h = self.net(self.x, self.h)
                a = pi.sample()
                xs.append(self.x)
                self.x, r, d = self.env.step(a)
                self.h = h * (1 - d).unsqueeze(-1)
                acts.append(a), logps.append(pi.log_prob(a)), vals.append(v), rews.append(r), masks.append(1 - d)
            nxt = self.net(self.x, self.h)[1]
            adv, run = [], torch.zeros(self.cfg.mounts)
            for v, r, m in zip(reversed(vals), reversed(rews), reversed(masks)):
                run = r + 0.98 * m * nxt - v + 0.98 * 0.95 * m * run
                nxt = v
                adv.insert(0, run)
        adv, old = torch.stack(adv), torch.stack(logps)
        ret = adv + torch.stack(vals)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.cfg.epochs):
            h, new, val = h0, [], []
            for x, a, m in zip(xs, acts, masks):
                pi, v, h = self.net(x, h)
                h = h * m.unsqueeze(-1)
                new.append(pi.log_prob(a))
                val.append(v)
            ratio = (torch.stack(new) - old).exp()
            loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = loss + 0.5 * (torch.stack(val) - ret).pow(2).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()

    @torch.no_grad()
    def evaluate(self) -> float:
        env, n = Mount(20, seed=777), 20
        x, h, total = env.start(), torch.zeros(n, 32), 0.0
        for _ in range(400):
            pi, _, h = self.net(x, h)
            x, r, d = env.step(pi.mean)
            h = h * (1 - d).unsqueeze(-1)
            total += r.mean().item()
        return total / 400

    def check(self, i: int) -> None:
        score = self.evaluate()
        print(f"{i:5d} score {score:.3f} (best {self.best_score:.3f})")
        if score >= self.best_score:
            self.best, self.best_score = self.snapshot(), score
        elif self.best_score - score > self.cfg.tolerance:
            self.net.load_state_dict(self.best)
            self.opt = torch.optim.Adam(self.net.parameters(), lr=self.cfg.lr)
            self.begin()


if __name__ == "__main__":
    cfg = Config()
    torch.manual_seed(cfg.seed)
    ppo = PPO(cfg)
    for i in range(1, cfg.iterations + 1):
        ppo.iterate()
        if i % cfg.eval_interval == 0:
            ppo.check(i)
    torch.save(ppo.best, "guider.pt")
