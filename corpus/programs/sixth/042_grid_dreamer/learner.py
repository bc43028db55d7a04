"""Fits world model and actor to the logbook and writes releases. Runs on another machine than main.py."""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import kl_divergence

from logbook import Logbook
from rssm import Actor, Belief, RSSM


class Learner:
    HORIZON = 12
    FREE_NATS = 1.0

    def __init__(self, n_obs: int, n_act: int, lr: float = 3e-4):
        self.world = RSSM(n_obs, n_act)
        d, s, _ = self.world.sizes
        self.actor = Actor(d + s, n_act)
        self.critic = nn.Sequential(nn.Linear(d + s, 64), nn.SiLU(), nn.Linear(64, 1))
        self.slow = nn.Sequential(nn.Linear(d + s, 64), nn.SiLU(), nn.Linear(64, 1))
        self.slow.load_state_dict(self.critic.state_dict())
        self.opt_w = torch.optim.Adam(self.world.parameters(), lr)
        self.opt_a = torch.optim.Adam(self.actor.parameters(), lr / 3)
        self.opt_c = torch.optim.Adam(self.critic.parameters(), lr)
        self.n = 0

    # -- world model ------------------------------------------------------
    def fit_world(self, obs, act, rew):
        belief = self.world.initial(obs.shape[1])
        rec = kl = rl = 0.0
        beliefs = []
        for o, a, r in zip(obs, act, rew):
            belief, prior, post = self.world.observe(o, belief._replace(action=a))
            feat = self.world.features(belief)
            rec = rec + F.mse_loss(self.world.decode(feat), o)
            rl = rl + F.mse_loss(self.world.reward(feat).squeeze(-1), r)
            kl = kl + torch.clamp(kl_divergence(post, prior).mean(), min=self.FREE_NATS)
            beliefs.append(Belief(*(x.detach() for x in belief)))
        loss = (rec + rl + kl) / len(obs)
        self.opt_w.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.world.parameters(), 100.0)
        self.opt_w.step()
        return loss.item(), beliefs

    # -- behaviour --------------------------------------------------------
    def dream(self, beliefs):
        start = Belief(*(torch.cat(xs) for xs in zip(*beliefs)))
        b, feats = start, []
        for _ in range(self.HORIZON):
            feat = self.world.features(b)
            feats.append(feat)
            action = self.actor(feat)
            deter = self.world.gru(F.silu(self.world.inp(torch.cat([b.stoch, action], -1))), b.deter)
            stoch = self.world._dist(self.world.prior(deter)).rsample()
            b = Belief(deter, stoch, action)
        feats.append(self.world.features(b))
        return torch.stack(feats)

    def fit_behaviour(self, beliefs, gamma=0.99, lam=0.95):
        feats = self.dream(beliefs)
        reward = self.world.reward(feats[1:]).squeeze(-1)
        value = self.slow(feats).squeeze(-1)
        ret, out = value[-1], []
        for t in reversed(range(len(reward))):
            ret = reward[t] + gamma * ((1 - lam) * value[t + 1] + lam * ret)
            out.append(ret)
        returns = torch.stack(out[::-1])
        self.opt_a.zero_grad()
        (-returns.mean()).backward()
        nn.utils.clip_grad_norm_(self.actor.parameters(), 100.0)
        self.opt_a.step()
        v = self.critic(feats[:-1].detach()).squeeze(-1)
        closs = F.mse_loss(v, returns.detach())
        self.opt_c.zero_grad()
        closs.backward()
        self.opt_c.step()
        self.n += 1
        if self.n % 100 == 0:
            self.slow.load_state_dict(self.critic.state_dict())
        return returns.mean().item()

    def release(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True, parents=True)
        tag = time.strftime("%Y%m%d-%H%M%S")
        path = folder / f"{tag}.pt"
        tmp = path.with_suffix(".tmp")
        torch.save({"world": self.world.state_dict(), "actor": self.actor.state_dict(), "tag": tag}, tmp)
        tmp.rename(path)
        return path


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("logs", type=Path)
    ap.add_argument("--releases", type=Path, default=Path("releases"))
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--release-every", type=int, default=2_000)
    a = ap.parse_args()
    book = Logbook(a.logs, np.random.default_rng(0))
    learner = Learner(n_obs=4, n_act=2)
    for u in range(1, a.updates + 1):
        wl, beliefs = learner.fit_world(*book.windows(32, 48))
        ret = learner.fit_behaviour(beliefs)
        if u % 100 == 0:
            print(f"{u} world {wl:.3f} return {ret:.2f}")
        if u % a.release_every == 0:
            print("released", learner.release(a.releases))


if __name__ == "__main__":
    main()
