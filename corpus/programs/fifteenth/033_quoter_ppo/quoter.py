import argparse
import copy
import math

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from lob import QuoteVec


class QuoterNet(nn.Module):
    def __init__(self, obs_dim, n_act, h=64):
        super().__init__()
        self.h = h
        self.enc = nn.Sequential(nn.Linear(obs_dim, h), nn.Tanh())
        self.gru = nn.GRUCell(h, h)
        self.pi = nn.Linear(h, n_act)
        self.vf = nn.Linear(h, 1)

    def forward(self, x, hidden):
        hidden = self.gru(self.enc(x), hidden)
        return Categorical(logits=self.pi(hidden)), self.vf(hidden).squeeze(-1), hidden


class PPO:
    def __init__(self, args):
        self.args = args
        self.env = QuoteVec(args.envs, seed=args.seed)
        self.net = QuoterNet(self.env.obs_dim, self.env.n_act)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=args.lr)
        self.best, self.best_pnl = copy.deepcopy(self.net.state_dict()), -math.inf
        self.restart()

    def restart(self):
        self.obs = torch.as_tensor(self.env.reset())
        self.hidden = torch.zeros(self.args.envs, self.net.h)

    def collect(self):
        T, N = self.args.horizon, self.args.envs
        start = self.hidden.clone()
        obs_b = torch.zeros(T, N, self.env.obs_dim)
        act_b = torch.zeros(T, N, dtype=torch.long)
        logp_b, val_b, rew_b, done_b = (torch.zeros(T, N) for _ in range(4))
        for t in range(T):
            with torch.no_grad():
                dist, val, self.hidden = self.net(self.obs, self.hidden)
            act = dist.sample()
            obs_b[t], act_b[t], logp_b[t], val_b[t] = self.obs, act, dist.log_prob(act), val
            obs, rew, done = self.env.step(act.numpy())
            self.obs = torch.as_tensor(obs)
            rew_b[t], done_b[t] = torch.as_tensor(rew), torch.as_tensor(done).float()
            self.hidden = self.hidden * (1 - done_b[t])[:, None]
        with torch.no_grad():
            last = self.net(self.obs, self.hidden)[1]
        adv, g = torch.zeros(T, N), torch.zeros(N)
        for t in reversed(range(T)):
            nv = last if t == T - 1 else val_b[t + 1]
            g = rew_b[t] + 0.99 * nv * (1 - done_b[t]) - val_b[t] + 0.99 * 0.95 * (1 - done_b[t]) * g
            adv[t] = g
        return start, obs_b, act_b, logp_b, done_b, adv, adv + val_b, rew_b

    def update(self, start, obs, act, old, done, adv, ret):
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(self.args.epochs):
            h, logps, vals, ents = start, [], [], []
            for t in range(len(obs)):
                dist, v, h = self.net(obs[t], h)
                logps.append(dist.log_prob(act[t]))
                vals.append(v)
                ents.append(dist.entropy())
                h = h * (1 - done[t])[:, None]
            ratio = (torch.stack(logps) - old).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = pg + 0.5 * (torch.stack(vals) - ret).pow(2).mean() - 0.005 * torch.stack(ents).mean()
            if not torch.isfinite(loss):
                return False
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()
        return True

    def rollback(self, diverged):
        self.net.load_state_dict(self.best)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.args.lr * 0.5)
        if diverged:
            self.restart()

    def run(self):
        pnl = 0.0
        for it in range(self.args.iters):
            *batch, rew = self.collect()
            ok = self.update(*batch)
            pnl = 0.9 * pnl + 0.1 * rew.mean().item()
            if not ok:
                print(it, "loss is not finite")
                self.rollback(diverged=True)
            elif it > 50 and pnl > self.best_pnl:
                self.best, self.best_pnl = copy.deepcopy(self.net.state_dict()), pnl
            elif it > 50 and pnl < self.best_pnl - self.args.drawdown:
                print(it, f"pnl {pnl:.4f} under best {self.best_pnl:.4f}, back")
                self.rollback(diverged=False)
                pnl = self.best_pnl
            if it % 20 == 0:
                print(it, f"{pnl:.4f}", np.round(self.env.inventory[:6], 1))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--envs", type=int, default=32)
    p.add_argument("--horizon", type=int, default=64)
    p.add_argument("--iters", type=int, default=3000)
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--drawdown", type=float, default=0.05)
    p.add_argument("--seed", type=int, default=0)
    PPO(p.parse_args()).run()
