import copy
import logging
import math
from dataclasses import dataclass
from typing import Optional

import torch
from torch import nn
from torch.distributions import Normal

from cellar import Cellar

log = logging.getLogger("cheese")


@dataclass
class TrainConfig:
    rooms: int = 16
    horizon: int = 25
    updates: int = 4000
    lr: float = 1e-3
    min_lr: float = 1e-5
    gamma: float = 0.98
    save_good_every: int = 20
    value_limit: float = 1e4


class Affineur(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, width: int = 64):
        super().__init__()
        self.gru = nn.GRU(obs_dim, width)
        self.mean = nn.Linear(width, act_dim)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))
        self.value = nn.Linear(width, 1)

    def forward(self, obs, h: Optional[torch.Tensor]):
        y, h = self.gru(obs[None], h)
        return self.mean(y[0]), self.value(y[0])[:, 0], h


class Trainer:
    def __init__(self, cfg: TrainConfig):
        self.cfg = cfg
        self.env = Cellar(cfg.rooms)
        self.net = Affineur(self.env.obs_dim, self.env.act_dim)
        self.lr = cfg.lr
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.h: Optional[torch.Tensor] = None
        self.good = copy.deepcopy(self.net.state_dict())
        self.restarts = 0

    def collect(self):
        logps, values, rewards, dones = [], [], [], []
        for _ in range(self.cfg.horizon):
            mean, value, self.h = self.net(self.env.obs(), self.h)
            dist = Normal(mean, self.net.log_std.clamp(-4, 1).exp(), validate_args=False)
            u = dist.sample()
            reward, done = self.env.step(torch.nan_to_num(u))
            logps.append(dist.log_prob(u).sum(-1))
            values.append(value)
            rewards.append(reward)
            dones.append(done)
            self.h = self.h * (~done).view(1, -1, 1)
        return logps, values, rewards, dones

    def loss(self, logps, values, rewards, dones):
        with torch.no_grad():
            ret = self.net(self.env.obs(), self.h)[1]
        total = 0.0
        for lp, v, r, d in zip(logps[::-1], values[::-1], rewards[::-1], dones[::-1]):
            ret = r + self.cfg.gamma * ret * (~d)
            adv = ret - v
            total = total + (0.5 * adv**2 - lp * adv.detach()).mean()
        return total / len(logps)

    def healthy(self, loss: torch.Tensor, values) -> bool:
        if not math.isfinite(loss.item()):
            return False
        return max(v.detach().abs().max().item() for v in values) < self.cfg.value_limit

    def back_to_good(self) -> None:
        self.restarts += 1
        self.net.load_state_dict(self.good)
        self.lr = max(self.lr * 0.5, self.cfg.min_lr)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.h = None
        self.env.reset()
        log.warning("diverged, restart %d with lr %.1e", self.restarts, self.lr)

    def fit(self) -> None:
        mean_reward = None
        for update in range(self.cfg.updates):
            batch = self.collect()
            loss = self.loss(*batch)
            if not self.healthy(loss, batch[1]):
                self.back_to_good()
                continue
            self.opt.zero_grad()
            loss.backward()
            norm = nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            if not torch.isfinite(norm):
                self.back_to_good()
                continue
            self.opt.step()
            self.h = self.h.detach()

            r = torch.stack(batch[2]).mean().item()
            mean_reward = r if mean_reward is None else 0.95 * mean_reward + 0.05 * r
            if update % self.cfg.save_good_every == 0:
                self.good = copy.deepcopy(self.net.state_dict())
                log.info("update %d reward %.3f loss %.3f", update, mean_reward, loss.item())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    Trainer(TrainConfig()).fit()
