"""PPO-style training of an overhead crane (swing damping), longer ropes as it gets better.

If the return falls off a cliff the best parameters so far are taken again and the
learning rate is halved.
"""
import copy
from argparse import ArgumentParser
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Normal

from crane import CraneVec  # batched simulator, resets finished cranes by itself


class CranePolicy(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(obs_dim, hidden)
        self.mu = nn.Linear(hidden, act_dim)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))
        self.v = nn.Linear(hidden, 1)

    def step(self, obs, h):
        h = self.gru(obs, h)
        return Normal(self.mu(h), self.log_std.exp()), self.v(h).squeeze(-1), h


class Trainer:
    LEVELS = [(2.0, 3.0), (2.0, 5.0), (2.0, 8.0), (4.0, 12.0), (4.0, 20.0)]

    def __init__(self, args):
        self.args = args
        self.level = 0
        self.sim = CraneVec(args.envs, rope=self.LEVELS[0])
        self.policy = CranePolicy(self.sim.obs_dim, self.sim.act_dim)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=args.lr)
        self.obs = torch.from_numpy(self.sim.reset()).float()
        self.h = torch.zeros(args.envs, self.policy.hidden)
        self.recent = deque(maxlen=60)
        self.best = -np.inf
        self.best_params = copy.deepcopy(self.policy.state_dict())

    def collect(self):
        buf = {k: [] for k in ("obs", "act", "logp", "val", "rew", "alive")}
        h0 = self.h.clone()
        for _ in range(self.args.steps):
            with torch.no_grad():
                dist, val, self.h = self.policy.step(self.obs, self.h)
                act = dist.sample()
            nxt, rew, done, finished = self.sim.step(act.numpy())
            self.recent.extend(finished)
            alive = torch.from_numpy(1.0 - done).float()
            for k, v in zip(buf, (self.obs, act, dist.log_prob(act).sum(-1), val,
                                  torch.from_numpy(rew).float(), alive)):
                buf[k].append(v)
            self.obs = torch.from_numpy(nxt).float()
            self.h = self.h * alive.unsqueeze(1)
        with torch.no_grad():
            last = self.policy.step(self.obs, self.h)[1]
        return {k: torch.stack(v) for k, v in buf.items()}, h0, last

    def gae(self, b, last):
        adv, a = torch.zeros_like(b["rew"]), torch.zeros_like(last)
        nxt = last
        for t in reversed(range(self.args.steps)):
            delta = b["rew"][t] + self.args.gamma * b["alive"][t] * nxt - b["val"][t]
            a = delta + self.args.gamma * self.args.lam * b["alive"][t] * a
            adv[t], nxt = a, b["val"][t]
        return adv

    def improve(self, b, h0, last):
        adv = self.gae(b, last)
        ret = adv + b["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.args.epochs):
            h, logp, val = h0, [], []
            for t in range(self.args.steps):
                dist, v, h = self.policy.step(b["obs"][t], h)
                logp.append(dist.log_prob(b["act"][t]).sum(-1))
                val.append(v)
                h = h * b["alive"][t].unsqueeze(1)
            ratio = (torch.stack(logp) - b["logp"]).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = pg + 0.5 * (torch.stack(val) - ret).pow(2).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.opt.step()

    def curriculum(self):
        if len(self.recent) < self.recent.maxlen:
            return
        score = float(np.mean(self.recent))
        if score > self.best:
            self.best = score
            self.best_params = copy.deepcopy(self.policy.state_dict())
        elif score < self.best - self.args.collapse:
            print(f"   collapse: {score:.1f} (best {self.best:.1f}), going back")
            self.policy.load_state_dict(self.best_params)
            for g in self.opt.param_groups:
                g["lr"] *= 0.5
            self.recent.clear()
            return
        if score > self.args.promote and self.level + 1 < len(self.LEVELS):
            self.level += 1
            self.sim.set_rope(self.LEVELS[self.level])  # for cranes that start anew
            self.best = -np.inf
            self.recent.clear()

    def run(self):
        for it in range(self.args.iters):
            self.improve(*self.collect())
            self.curriculum()
            if it % 20 == 0 and self.recent:
                print(f"{it:5d} level {self.level} return {np.mean(self.recent):8.2f}")
        torch.save(self.best_params, self.args.out)


if __name__ == "__main__":
    p = ArgumentParser()
    p.add_argument("--envs", type=int, default=32)
    p.add_argument("--steps", type=int, default=64)
    p.add_argument("--iters", type=int, default=3000)
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lam", type=float, default=0.95)
    p.add_argument("--collapse", type=float, default=80.0)
    p.add_argument("--promote", type=float, default=-40.0)
    p.add_argument("--out", default="crane.pt")
    Trainer(p.parse_args()).run()
