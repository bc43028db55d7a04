import copy
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from torch import nn

from market import Account, PAIRS, QuoteStream


@dataclass
class Hypers:
    lr: float = 1e-3
    entropy: float = 1e-3
    gamma: float = 0.9

    def jitter(self, rng):
        for f in fields(self):
            v = getattr(self, f.name) * rng.choice([0.8, 1.25])
            setattr(self, f.name, min(v, 0.999) if f.name == "gamma" else v)


class Trader(nn.Module):
    def __init__(self, d_in=2 * len(PAIRS), d=48):
        super().__init__()
        self.d = d
        self.gru = nn.GRUCell(d_in + len(PAIRS), d)
        self.mu = nn.Linear(d, len(PAIRS))
        self.logsig = nn.Parameter(torch.full((len(PAIRS),), -1.0))
        self.v = nn.Linear(d, 1)

    def forward(self, x, pos, carry):
        carry = self.gru(torch.cat([x, pos], -1), carry)
        return torch.distributions.Normal(self.mu(carry).tanh(), self.logsig.exp()), self.v(carry).squeeze(-1), carry


@dataclass
class Member:
    idx: int
    hyp: Hypers = field(default_factory=Hypers)

    PARTS = ("net", "hyp")

    def __post_init__(self):
        self.net = Trader()
        self.stream = QuoteStream(1000 + self.idx)
        self.account = Account()
        self.carry = torch.zeros(1, self.net.d)
        self.score = 0.0
        self._x = self.stream.tick()[1]
        self.new_opt()

    def new_opt(self):
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hyp.lr)

    def live(self, ticks=64):
        """Trade `ticks` quotes and take one actor-critic step."""
        logp, val, ent, rew = [], [], [], []
        carry = self.carry
        for _ in range(ticks):
            pos = torch.as_tensor(self.account.pos, dtype=torch.float32).unsqueeze(0)
            dist, v, carry = self.net(torch.as_tensor(self._x).unsqueeze(0), pos, carry)
            a = dist.sample()
            ret, self._x = self.stream.tick()
            rew.append(self.account.settle(a[0].clamp(-1, 1).numpy().astype(np.float64), ret))
            logp.append(dist.log_prob(a).sum(-1))
            val.append(v)
            ent.append(dist.entropy().sum(-1))
        self.carry = carry.detach()
        g, tgt = val[-1].detach(), []
        for r in reversed(rew):
            g = r + self.hyp.gamma * g
            tgt.append(g)
        tgt = torch.stack(tgt[::-1])
        val = torch.stack(val)
        adv = (tgt - val).detach()
        loss = -(torch.stack(logp) * adv).mean() + 0.5 * (tgt - val).pow(2).mean() - self.hyp.entropy * torch.stack(ent).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.score = 0.97 * self.score + 0.03 * sum(rew)

    def become(self, other, rng):
        for part in self.PARTS:
            setattr(self, part, copy.deepcopy(getattr(other, part)))
        self.hyp.jitter(rng)
        self.new_opt()
        self.score = other.score
