import copy
import math
from dataclasses import dataclass, field
from typing import List, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Cfg:
    envs: int = 32
    turbines: int = 5
    unroll: int = 16
    iters: int = 20000
    decay: float = 0.99
    test_every: int = 250
    lr: float = 3e-4
    device: str = "cpu"
    history: List[float] = field(default_factory=list)


class VecWake:
    """Batched 5-turbine farm, gusts start a new episode for single envs."""

    def __init__(self, cfg: Cfg, seed: int):
        self.n, self.k = cfg.envs, cfg.turbines
        self.g = torch.Generator().manual_seed(seed)

    def reset(self) -> torch.Tensor:
        self.theta = torch.randn(self.n, generator=self.g) * 0.2
        self.yaw = torch.zeros(self.n, self.k)
        self.t = torch.randint(0, 100, (self.n,), generator=self.g)
        return self.obs()

    def obs(self) -> torch.Tensor:
        return torch.cat([self.yaw, self.theta[:, None].sin(), self.theta[:, None].cos()], 1)

    def step(self, delta: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        self.yaw = (self.yaw + 0.05 * delta.clamp(-1, 1)).clamp(-math.pi / 6, math.pi / 6)
        self.theta = self.theta + 0.01 * torch.randn(self.n, generator=self.g)
        rel = self.yaw - self.theta[:, None]
        wake = torch.exp(-(6 * rel[:, :-1]) ** 2).cumsum(1) * 0.15
        u = torch.cat([torch.ones(self.n, 1), (1 - wake).clamp(min=0.3)], 1)
        power = (u ** 3 * rel.cos() ** 2).mean(1)
        self.t += 1
        done = self.t >= 400
        self.theta[done] = torch.randn(int(done.sum()), generator=self.g) * 0.2
        self.yaw[done] = 0.0
        self.t[done] = 0
        return self.obs(), power, done.float()


class Steer(nn.Module):
    def __init__(self, cfg: Cfg, n: int = 64):
        super().__init__()
        self.n = n
        self.lstm = nn.LSTM(cfg.turbines + 2, n)
        self.mean = nn.Linear(n, cfg.turbines)
        self.val = nn.Linear(n, 1)
        self.logstd = nn.Parameter(torch.zeros(cfg.turbines) - 0.5)

    def init_hidden(self, b: int):
        return torch.zeros(1, b, self.n), torch.zeros(1, b, self.n)

    def forward(self, x, hc, start):
        keep = (1 - start).view(1, -1, 1)
        y, hc = self.lstm(x.unsqueeze(0), (hc[0] * keep, hc[1] * keep))
        y = y.squeeze(0)
        return torch.distributions.Normal(self.mean(y), self.logstd.exp()), self.val(y).squeeze(1), hc


@torch.no_grad()
def blend(avg: nn.Module, live: nn.Module, decay: float) -> None:
    for a, p in zip(avg.parameters(), live.parameters()):
        a.lerp_(p, 1 - decay)


@torch.no_grad()
def test(net: Steer, cfg: Cfg, steps: int = 400) -> float:
    env = VecWake(cfg, seed=1234)
    obs, hc = env.reset(), net.init_hidden(cfg.envs)
    start, total = torch.ones(cfg.envs), 0.0
    for _ in range(steps):
        dist, _, hc = net(obs, hc, start)
        obs, power, start = env.step(dist.mean)
        total += power.mean().item()
    return total / steps


def main(cfg: Cfg) -> None:
    env = VecWake(cfg, seed=0)
    net = Steer(cfg)
    averaged = copy.deepcopy(net).requires_grad_(False)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)

    obs, hc, start = env.reset(), net.init_hidden(cfg.envs), torch.ones(cfg.envs)
    for it in range(cfg.iters):
        hc = (hc[0].detach(), hc[1].detach())
        lp, vs, rs, ds = [], [], [], []
        for _ in range(cfg.unroll):
            dist, v, hc = net(obs, hc, start)
            a = dist.sample()
            obs, r, start = env.step(a)
            lp.append(dist.log_prob(a).sum(1))
            vs.append(v)
            rs.append(r)
            ds.append(start)
        with torch.no_grad():
            _, g, _ = net(obs, hc, start)
        target = []
        for r, d in zip(reversed(rs), reversed(ds)):
            g = r + 0.97 * g * (1 - d)
            target.append(g)
        target = torch.stack(target[::-1])
        vs = torch.stack(vs)
        loss = -(torch.stack(lp) * (target - vs).detach()).mean() + 0.5 * F.mse_loss(vs, target)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        blend(averaged, net, cfg.decay)
        if it % cfg.test_every == 0:
            cfg.history.append(test(averaged, cfg))
            print(it, round(cfg.history[-1], 4), "max", round(max(cfg.history), 4))
            torch.save(averaged.state_dict(), "steer_avg.pt")


if __name__ == "__main__":
    main(Cfg())
