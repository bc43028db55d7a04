"""Frozen-opponent league for the repeated sealed-bid auction."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn, Tensor
from torch.distributions import Categorical


@dataclass
class LeagueCfg:
    lots: int = 24
    seats: int = 48
    unroll: int = 12
    updates_per_phase: int = 150
    phases: int = 30
    width: int = 48
    price_levels: int = 8
    lr: float = 5e-4
    cap: int = 20


class Auctions:
    def __init__(self, cfg: LeagueCfg):
        self.cfg = cfg
        self.k = np.zeros(cfg.seats, int)
        self.cash = np.ones((cfg.seats, 2), np.float32)
        self.value = np.zeros((cfg.seats, 2), np.float32)
        self.last = np.zeros((cfg.seats, 2), np.float32)

    def start(self) -> Tensor:
        self.k[:] = 0
        self.cash[:] = 1.0
        self.last[:] = 0.0
        self._draw()
        return self._view()

    def _draw(self):
        self.value = np.random.rand(self.cfg.seats, 2).astype(np.float32)

    def _view(self) -> Tensor:
        rows = []
        for me, other in ((0, 1), (1, 0)):
            rows.append(np.stack([self.value[:, me], self.cash[:, me], self.last[:, me],
                                  self.last[:, other], self.k / self.cfg.lots], 1))
        return torch.tensor(np.stack(rows), dtype=torch.float32)

    def step(self, bids: np.ndarray):
        price = np.minimum(bids / (self.cfg.price_levels - 1), self.cash.T).T
        won = price[:, 0] >= price[:, 1]
        gain = np.where(won, self.value[:, 0] - price[:, 0], 0.0).astype(np.float32)
        self.cash[:, 0] -= np.where(won, price[:, 0], 0) * 0.1
        self.cash[:, 1] -= np.where(won, 0, price[:, 1]) * 0.1
        self.last = price.astype(np.float32)
        self.k += 1
        over = self.k >= self.cfg.lots
        self.k[over] = 0
        self.cash[over] = 1.0
        self.last[over] = 0.0
        self._draw()
        return self._view(), torch.tensor(gain), torch.tensor(over)


class Bidder(nn.Module):
    def __init__(self, cfg: LeagueCfg):
        super().__init__()
        self.cell = nn.GRUCell(5, cfg.width)
        self.head = nn.Linear(cfg.width, cfg.price_levels + 1)

    def forward(self, x: Tensor, h: Tensor):
        h = self.cell(x, h)
        out = self.head(h)
        return Categorical(logits=out[:, :-1]), out[:, -1], h


@dataclass
class League:
    cfg: LeagueCfg
    members: list[dict[str, Tensor]] = field(default_factory=list)

    def __post_init__(self):
        self.learner = Bidder(self.cfg)
        self.frozen = Bidder(self.cfg).requires_grad_(False)
        self.opt = torch.optim.Adam(self.learner.parameters(), lr=self.cfg.lr)
        self.game = Auctions(self.cfg)
        self.view = self.game.start()
        self.h = torch.zeros(self.cfg.seats, self.cfg.width)
        self.frozen_h = torch.zeros(self.cfg.seats, self.cfg.width)
        self.admit()

    def admit(self):
        self.members.append({k: v.detach().clone() for k, v in self.learner.state_dict().items()})
        if len(self.members) > self.cfg.cap:
            self.members.pop(0)

    def draw(self):
        pick = self.members[np.random.randint(len(self.members))]
        self.frozen.load_state_dict(pick)
        self.frozen_h = torch.zeros(self.cfg.seats, self.cfg.width)

    def unroll(self):
        self.h = self.h.detach()
        lp, val, rew, keep = [], [], [], []
        for _ in range(self.cfg.unroll):
            d, v, self.h = self.learner(self.view[0], self.h)
            fd, _, self.frozen_h = self.frozen(self.view[1], self.frozen_h)
            a, b = d.sample(), fd.sample()
            self.view, r, over = self.game.step(np.stack([a.numpy(), b.numpy()]))
            k = (~over).float()
            self.h = self.h * k[:, None]
            self.frozen_h = self.frozen_h * k[:, None]
            lp.append(d.log_prob(a)); val.append(v); rew.append(r); keep.append(k)
        with torch.no_grad():
            g = self.learner(self.view[0], self.h)[1]
        loss = torch.zeros(())
        for t in range(self.cfg.unroll - 1, -1, -1):
            g = rew[t] + 0.98 * keep[t] * g
            adv = g - val[t]
            loss = loss + (adv.square() - lp[t] * adv.detach()).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return torch.stack(rew).mean().item()

    def run(self):
        for ph in range(self.cfg.phases):
            self.draw()
            score = np.mean([self.unroll() for _ in range(self.cfg.updates_per_phase)])
            self.admit()
            print(ph, round(float(score), 4))


if __name__ == "__main__":
    League(LeagueCfg()).run()
