import copy
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from market import IntradayMarket, MarketConfig

Carry = Tuple[Tensor, Tensor]


class Net(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 64):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(n_obs, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def blank(self) -> Carry:
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, x: Tensor, carry: Carry):
        carry = self.lstm(x, carry)
        return Categorical(logits=self.pi(carry[0])), self.v(carry[0])[:, 0], carry


@dataclass
class Hypers:
    lr: float
    clip: float
    gamma: float = 0.995

    def mutate(self, rng: np.random.Generator) -> "Hypers":
        return Hypers(self.lr * rng.choice([0.7, 1.4]), float(np.clip(self.clip * rng.choice([0.8, 1.2]), 0.05, 0.4)), self.gamma)


@dataclass
class Desk:
    """A trader together with the market it trades in and where it stands there."""
    hypers: Hypers
    market: IntradayMarket
    net: Net
    opt: torch.optim.Optimizer
    obs: np.ndarray
    carry: Carry
    profits: List[float] = field(default_factory=list)

    @classmethod
    def open(cls, hypers: Hypers, seed: int) -> "Desk":
        market = IntradayMarket(MarketConfig(), seed)
        net = Net(market.n_obs, market.n_act)
        return cls(hypers, market, net, torch.optim.Adam(net.parameters(), lr=hypers.lr), market.reset(), net.blank())

    def clone(self, rng: np.random.Generator) -> "Desk":
        twin = copy.deepcopy(self)
        twin.hypers = self.hypers.mutate(rng)
        for g in twin.opt.param_groups:
            g["lr"] = twin.hypers.lr
        twin.market.reseed(int(rng.integers(1 << 31)))
        return twin

    @property
    def worth(self) -> float:
        return float(np.mean(self.profits[-4:])) if self.profits else -np.inf

    @torch.no_grad()
    def trade(self, quarters: int):
        log = []
        for _ in range(quarters):
            x = torch.from_numpy(self.obs)[None]
            before = self.carry
            dist, v, self.carry = self.net(x, before)
            a = dist.sample()
            self.obs, r, done = self.market.step(int(a))
            log.append((x, before[0], before[1], a, dist.log_prob(a), v, torch.tensor([r]).float(), torch.tensor([float(done)])))
            if done:
                self.obs, self.carry = self.market.reset(), self.net.blank()
        _, tail, _ = self.net(torch.from_numpy(self.obs)[None], self.carry)
        return [torch.cat(c) for c in zip(*log)], tail

    def improve(self, quarters: int = 672, epochs: int = 4) -> None:
        (x, h, c, a, old, v, r, d), tail = self.trade(quarters)
        self.profits.append(float(r.sum()))
        adv = torch.zeros_like(r)
        acc: Optional[Tensor] = torch.zeros(1)
        nxt = tail
        for t in reversed(range(len(r))):
            live = 1 - d[t]
            acc = r[t] + self.hypers.gamma * nxt * live - v[t] + self.hypers.gamma * 0.9 * live * acc
            adv[t], nxt = acc, v[t]
        target = adv + v
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(epochs):
            for idx in torch.randperm(len(r)).split(168):
                dist, value, _ = self.net(x[idx], (h[idx], c[idx]))
                ratio = (dist.log_prob(a[idx]) - old[idx]).exp()
                k = self.hypers.clip
                loss = -torch.min(ratio * adv[idx], ratio.clamp(1 - k, 1 + k) * adv[idx]).mean()
                loss = loss + 0.5 * (value - target[idx]).square().mean() - 0.01 * dist.entropy().mean()
                self.opt.zero_grad()
                loss.backward()
                self.opt.step()
