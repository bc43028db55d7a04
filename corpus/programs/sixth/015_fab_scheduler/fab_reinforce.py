"""Dispatching lots on one lithography tool: REINFORCE with a GRU; keeps the weights of the best validation score."""
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


@dataclass(frozen=True)
class Config:
    kinds: int = 5
    horizon: int = 240
    hidden: int = 64
    lr: float = 2e-3
    batch: int = 8
    iters: int = 1500
    validate_every: int = 25
    seed: int = 9


class LithoLine:
    """A change of reticle costs time. Demand of each kind drifts and is seen only as arrivals."""

    def __init__(self, cfg, seed):
        self.cfg, self.rng = cfg, np.random.default_rng(seed)

    def reset(self):
        k = self.cfg.kinds
        self.wip = self.rng.integers(0, 4, k).astype(float)
        self.rate = self.rng.dirichlet(np.ones(k)) * 0.9
        self.setup, self.busy, self.t = 0, 0, 0
        self.arr = np.zeros(k)
        return self._x()

    def _x(self):
        k = self.cfg.kinds
        return np.concatenate([self.arr, np.eye(k)[self.setup], [self.wip.sum() / 20, self.busy / 3]]).astype(np.float32)

    def step(self, a):
        if self.busy:
            self.busy -= 1
        elif a != self.setup:
            self.setup, self.busy = a, 2
        elif self.wip[a] > 0:
            self.wip[a] -= 1
        self.arr = (self.rng.random(self.cfg.kinds) < self.rate).astype(float)
        self.wip = np.minimum(self.wip + self.arr, 15)
        self.t += 1
        return self._x(), -self.wip.sum() / 20, self.t >= self.cfg.horizon


class Dispatcher(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.gru = nn.GRU(2 * cfg.kinds + 2, cfg.hidden)
        self.head = nn.Linear(cfg.hidden, cfg.kinds)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return Categorical(logits=self.head(y)), h


def episode(policy, env, greedy=False):
    x, h, done = env.reset(), None, False
    logp, rew = [], []
    while not done:
        dist, h = policy(torch.from_numpy(x).view(1, 1, -1), h)
        a = dist.probs.argmax(-1) if greedy else dist.sample()
        logp.append(dist.log_prob(a))
        x, r, done = env.step(int(a))
        rew.append(r)
    return logp, rew


@torch.no_grad()
def validate(policy, cfg, n=12):
    return float(np.mean([sum(episode(policy, LithoLine(cfg, 10_000 + i), greedy=True)[1]) for i in range(n)]))


def main(cfg=Config()):
    torch.manual_seed(cfg.seed)
    policy = Dispatcher(cfg)
    opt = torch.optim.Adam(policy.parameters(), cfg.lr)
    env = LithoLine(cfg, cfg.seed)
    best_score, best = validate(policy, cfg), dict(policy.state_dict())
    for it in range(1, cfg.iters + 1):
        loss, base = 0.0, []
        for _ in range(cfg.batch):
            logp, rew = episode(policy, env)
            ret = np.cumsum(rew[::-1])[::-1].copy()
            base.append((torch.cat(logp).flatten(), torch.as_tensor(ret, dtype=torch.float32)))
        mean = torch.stack([r for _, r in base]).mean(0)
        for lp, r in base:
            loss = loss - (lp * (r - mean)).mean() / cfg.batch
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        opt.step()
        if it % cfg.validate_every == 0:
            s = validate(policy, cfg)
            if s > best_score:
                best_score, best = s, dict(policy.state_dict())
            print(f"{it:5d} validation {s:8.2f}  best {best_score:8.2f}")
    policy.load_state_dict(best)
    print("test with the best weights:", validate(policy, cfg, n=100))
    torch.save(best, "dispatcher_best.pt")


if __name__ == "__main__":
    main()
