from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn


@dataclass
class Config:
    csv: str = "usdjpy_ticks.csv"
    hidden: int = 80
    unroll: int = 64
    lr: float = 2e-3
    epochs: int = 10
    spread: float = 0.002
    max_loss: float = 50.0
    keep_every: int = 100
    lr_decay: float = 0.5


class TickNet(nn.Module):
    def __init__(self, n_in: int, hidden: int):
        super().__init__()
        self.l1 = nn.LSTM(n_in, hidden, num_layers=2)
        self.pos = nn.Linear(hidden, 1)

    def forward(self, x, state):
        y, state = self.l1(x, state)
        return torch.tanh(self.pos(y)).squeeze(-1), state


class TickTrader:
    """Direct reinforcement (Moody & Saffell): position -> differentiable pnl, truncated BPTT over a day."""

    def __init__(self, cfg: Config, days: list[np.ndarray]):
        self.cfg = cfg
        self.days = [torch.as_tensor(d, dtype=torch.float32) for d in days]
        self.net = TickNet(3, cfg.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.good = copy.deepcopy(self.net.state_dict())
        self.good_opt = copy.deepcopy(self.opt.state_dict())
        self.state = None
        self.last_pos = torch.zeros(1)
        self.chunks = 0
        self.rollbacks = 0

    def flat(self):
        self.state = None
        self.last_pos = torch.zeros(1)

    def features(self, prices):
        r = torch.diff(prices, prepend=prices[:1]) * 100
        return torch.stack([r, r.abs(), torch.cumsum(r, 0).clamp(-5, 5)], -1).unsqueeze(1)

    def loss(self, pos, prices):
        pos = pos.squeeze(-1)
        prev = torch.cat([self.last_pos, pos[:-1]])
        move = torch.diff(prices, append=prices[-1:])
        pnl = pos * move - self.cfg.spread * (pos - prev).abs()
        return -(pnl.mean() / (pnl.std() + 1e-4))

    def rollback(self, why: str):
        self.rollbacks += 1
        print(f"[{self.chunks}] {why}, rollback no. {self.rollbacks}")
        self.net.load_state_dict(self.good)
        self.opt.load_state_dict(copy.deepcopy(self.good_opt))
        for g in self.opt.param_groups:
            g["lr"] *= self.cfg.lr_decay
        self.flat()

    def keep(self):
        self.good = copy.deepcopy(self.net.state_dict())
        self.good_opt = copy.deepcopy(self.opt.state_dict())

    def train_day(self, prices):
        self.flat()
        feats = self.features(prices)
        total = 0.0
        for s in range(0, len(prices) - self.cfg.unroll, self.cfg.unroll):
            sl = slice(s, s + self.cfg.unroll)
            self.chunks += 1
            pos, new_state = self.net(feats[sl], self.state)
            loss = self.loss(pos, prices[sl])
            if not torch.isfinite(loss) or loss.abs() > self.cfg.max_loss:
                self.rollback(f"loss {loss.item()}")
                continue
            self.opt.zero_grad()
            loss.backward()
            norm = nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            if not torch.isfinite(norm):
                self.rollback("gradient is not finite")
                continue
            self.opt.step()
            self.state = tuple(t.detach() for t in new_state)
            self.last_pos = pos[-1].detach()
            total -= loss.item()
            if self.chunks % self.cfg.keep_every == 0:
                self.keep()
        return total

    def fit(self):
        for epoch in range(self.cfg.epochs):
            sharpe = [self.train_day(d) for d in self.days]
            print(f"epoch {epoch}: {np.mean(sharpe):.4f}")


def read_days(path: str) -> list[np.ndarray]:
    raw = np.genfromtxt(path, delimiter=",", skip_header=1)
    day = raw[:, 0].astype(int)
    return [raw[day == d, 1] for d in np.unique(day)]


if __name__ == "__main__":
    config = Config()
    trader = TickTrader(config, read_days(config.csv))
    trader.fit()
    Path("models").mkdir(exist_ok=True)
    torch.save(trader.net.state_dict(), "models/ticktrader.pt")
