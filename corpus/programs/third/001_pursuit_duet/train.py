"""PPO with a GRU against a pool of older selves on a partially observed pursuit task.

    python train.py --total-updates 2000 --swap-every 10
"""
import argparse
import copy
import logging
import random
import time
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn as nn
from mpe2 import simple_push_v3
from torch.distributions import Categorical

LOG = logging.getLogger("duet")
ME, FOE = "agent_0", "adversary_0"


@dataclass
class Config:
    seed: int = 3
    horizon: int = 64
    max_cycles: int = 150
    total_updates: int = 2000
    swap_every: int = 10
    pool_size: int = 12
    lr: float = 3e-4
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    epochs: int = 3
    hidden: int = 64


class GRUPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.cell = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.cell(self.enc(obs), h)
        return self.pi(h), self.v(h).squeeze(-1), h

    def zero_state(self, n=1):
        return torch.zeros(n, self.hidden)


@dataclass
class Batch:
    obs: list = field(default_factory=list)
    act: list = field(default_factory=list)
    logp: list = field(default_factory=list)
    val: list = field(default_factory=list)
    rew: list = field(default_factory=list)
    done: list = field(default_factory=list)
    h0: torch.Tensor = None


class OpponentPool:
    def __init__(self, size):
        self.size = size
        self.entries = []

    def add(self, net, tag):
        if len(self.entries) >= self.size:
            self.entries.pop(random.randrange(len(self.entries) - 1))
        self.entries.append((tag, copy.deepcopy(net.state_dict())))

    def sample(self):
        if random.random() < 0.3:
            return self.entries[-1]
        return random.choice(self.entries)


class Duel:
    """Owns the environment and both sides' memory."""

    def __init__(self, cfg):
        self.cfg = cfg
        self.env = simple_push_v3.parallel_env(max_cycles=cfg.max_cycles, continuous_actions=False)
        self.obs, _ = self.env.reset(seed=cfg.seed)
        n_act = self.env.action_space(ME).n
        self.net = GRUPolicy(self.env.observation_space(ME).shape[0], n_act, cfg.hidden)
        self.foe = GRUPolicy(self.env.observation_space(FOE).shape[0], n_act, cfg.hidden)
        self.foe_learner = copy.deepcopy(self.foe)
        self.h = self.net.zero_state()
        self.h_foe = self.foe.zero_state()
        self.scores = []
        self.ret = 0.0

    def _tensor(self, who):
        return torch.as_tensor(self.obs[who], dtype=torch.float32).unsqueeze(0)

    @torch.no_grad()
    def collect(self):
        b = Batch(h0=self.h.clone())
        for _ in range(self.cfg.horizon):
            x = self._tensor(ME)
            logits, v, self.h = self.net(x, self.h)
            dist = Categorical(logits=logits)
            a = dist.sample()
            foe_logits, _, self.h_foe = self.foe(self._tensor(FOE), self.h_foe)
            a_foe = Categorical(logits=foe_logits).sample()
            self.obs, rew, term, trunc, _ = self.env.step({ME: a.item(), FOE: a_foe.item()})
            done = term[ME] or trunc[ME]
            self.ret += rew[ME]
            b.obs.append(x)
            b.act.append(a)
            b.logp.append(dist.log_prob(a))
            b.val.append(v)
            b.rew.append(rew[ME])
            b.done.append(float(done))
            if done:
                self.scores.append(self.ret)
                self.ret = 0.0
                self.obs, _ = self.env.reset()
                self.h = self.net.zero_state()
                self.h_foe = self.foe.zero_state()
        _, last_v, _ = self.net(self._tensor(ME), self.h)
        return b, last_v


def gae(b, last_v, cfg):
    adv, run = [], 0.0
    nxt = last_v
    for t in reversed(range(len(b.rew))):
        mask = 1.0 - b.done[t]
        delta = b.rew[t] + cfg.gamma * nxt * mask - b.val[t]
        run = delta + cfg.gamma * cfg.lam * mask * run
        adv.append(run)
        nxt = b.val[t]
    adv = torch.cat(adv[::-1])
    return adv, adv + torch.cat(b.val)


def replay(net, b):
    h, logits, values = b.h0, [], []
    for x, d in zip(b.obs, b.done):
        lo, v, h = net(x, h)
        logits.append(lo)
        values.append(v)
        h = h * (1.0 - d)
    return torch.cat(logits), torch.cat(values)


def update(net, opt, b, last_v, cfg):
    adv, ret = gae(b, last_v, cfg)
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    act, old = torch.cat(b.act), torch.cat(b.logp)
    for _ in range(cfg.epochs):
        logits, values = replay(net, b)
        dist = Categorical(logits=logits)
        ratio = (dist.log_prob(act) - old).exp()
        pg = -torch.min(ratio * adv, ratio.clamp(1 - cfg.clip, 1 + cfg.clip) * adv).mean()
        loss = pg + 0.5 * (values - ret).pow(2).mean() - 0.01 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--total-updates", type=int, default=2000)
    ap.add_argument("--swap-every", type=int, default=10)
    ap.add_argument("--seed", type=int, default=3)
    a = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    cfg = Config(total_updates=a.total_updates, swap_every=a.swap_every, seed=a.seed)
    random.seed(cfg.seed)
    np.random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)

    duel = Duel(cfg)
    opt = torch.optim.Adam(duel.net.parameters(), lr=cfg.lr)
    pool = OpponentPool(cfg.pool_size)
    pool.add(duel.foe_learner, "init")
    start = time.time()
    for up in range(1, cfg.total_updates + 1):
        batch, last_v = duel.collect()
        update(duel.net, opt, batch, last_v, cfg)
        if up % cfg.swap_every == 0:
            with torch.no_grad():
                for p in duel.foe_learner.parameters():
                    p.add_(0.02 * torch.randn_like(p))
            pool.add(duel.foe_learner, f"u{up}")
            tag, weights = pool.sample()
            duel.foe.load_state_dict(weights)
            LOG.info("update %d foe=%s score %.2f %.0fs", up, tag, np.mean(duel.scores[-50:] or [0]), time.time() - start)
    torch.save(duel.net.state_dict(), "duet.pt")


if __name__ == "__main__":
    main()
