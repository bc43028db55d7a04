from __future__ import annotations

import copy
from dataclasses import dataclass

import torch

from .policy import HoverPolicy
from .sim import HoverSim


@dataclass
class TrainConfig:
    n_envs: int = 128
    rollout: int = 32
    epochs: int = 4
    lr: float = 3e-4
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    kl_limit: float = 0.15
    keep_every: int = 25


class Trainer:
    def __init__(self, cfg: TrainConfig):
        self.cfg = cfg
        self.sim = HoverSim(cfg.n_envs)
        self.policy = HoverPolicy(self.sim.obs_dim, self.sim.act_dim)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=cfg.lr)
        self.kept = None
        self.update_no = 0
        self.start_over()
        self.keep()

    def start_over(self) -> None:
        self.obs = self.sim.reset()
        self.carry = self.policy.initial(self.cfg.n_envs)

    def keep(self) -> None:
        self.kept = copy.deepcopy({"policy": self.policy.state_dict(), "opt": self.opt.state_dict(), "at": self.update_no})

    def restore(self) -> int:
        self.policy.load_state_dict(self.kept["policy"])
        self.opt.load_state_dict(copy.deepcopy(self.kept["opt"]))
        for g in self.opt.param_groups:
            g["lr"] *= 0.7
        self.start_over()
        return self.kept["at"]

    @torch.no_grad()
    def collect(self):
        first = self.carry.clone()
        rows = []
        for _ in range(self.cfg.rollout):
            dist, value, self.carry = self.policy(self.obs, self.carry)
            act = dist.sample()
            nxt, reward, done = self.sim.step(act)
            rows.append((self.obs, act, dist.log_prob(act), value, reward, done.float()))
            self.carry = torch.where(done.unsqueeze(1), torch.zeros_like(self.carry), self.carry)
            self.obs = nxt
        tail = self.policy(self.obs, self.carry)[1]
        return first, tail, [torch.stack(c) for c in zip(*rows)]

    def replay(self, first, obs, act, done):
        s, lps, vals = first, [], []
        for o, a, d in zip(obs, act, done):
            dist, v, s = self.policy(o, s)
            lps.append(dist.log_prob(a))
            vals.append(v)
            s = s * (1 - d).unsqueeze(1)
        return torch.stack(lps), torch.stack(vals)

    def improve(self, first, tail, rows) -> float:
        obs, act, logp, value, reward, done = rows
        c, gae, nxt, adv = self.cfg, torch.zeros_like(tail), tail, []
        for t in reversed(range(c.rollout)):
            live = 1 - done[t]
            gae = reward[t] + c.gamma * live * nxt - value[t] + c.gamma * c.lam * live * gae
            nxt = value[t]
            adv.insert(0, gae)
        adv = torch.stack(adv)
        ret = adv + value
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        kl = 0.0
        for _ in range(c.epochs):
            lp, v = self.replay(first, obs, act, done)
            ratio = (lp - logp).exp()
            loss = -torch.min(ratio * adv, ratio.clamp(1 - c.clip, 1 + c.clip) * adv).mean()
            loss = loss + 0.5 * (v - ret).pow(2).mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.opt.step()
            kl = float((logp - lp).mean())
        return kl

    def run(self, updates: int, writer=None) -> None:
        for self.update_no in range(1, updates + 1):
            first, tail, rows = self.collect()
            kl = self.improve(first, tail, rows)
            if not abs(kl) < self.cfg.kl_limit:
                print(f"update {self.update_no}: kl {kl:.3f}, back to {self.restore()}")
                continue
            if self.update_no % self.cfg.keep_every == 0:
                self.keep()
            if writer is not None:
                writer.add_scalar("reward", float(rows[4].mean()), self.update_no)
