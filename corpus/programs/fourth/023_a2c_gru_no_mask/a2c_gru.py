"""Recurrent A2C on a vector of T-mazes. Deliberately small: no buffer, no GAE."""
import argparse
import time

import numpy as np
import torch
import torch.nn as nn

from tmaze import VecTMaze


class Policy(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=64):
        super().__init__()
        self.i = nn.Linear(n_obs, n_hid)
        self.r = nn.GRUCell(n_hid, n_hid)
        self.pi = nn.Linear(n_hid, n_act)
        self.v = nn.Linear(n_hid, 1)
        self.n_hid = n_hid

    def forward(self, obs, h):
        h = self.r(torch.relu(self.i(obs)), h)
        return self.pi(h), self.v(h).squeeze(1), h


def train(args):
    torch.manual_seed(args.seed)
    envs = VecTMaze(args.envs, length=args.length, seed=args.seed)
    policy = Policy(envs.n_obs, envs.n_act)
    optim = torch.optim.Adam(policy.parameters(), lr=args.lr)
    sched = torch.optim.lr_scheduler.LinearLR(optim, 1.0, 0.1, args.updates)
    obs = torch.from_numpy(envs.reset())
    h = torch.zeros(args.envs, policy.n_hid)
    wins, episodes, t0 = 0, 0, time.time()
    for update in range(args.updates):
        h = h.detach()
        logps, values, ents, rews, alives = [], [], [], [], []
        for _ in range(args.unroll):
            logits, value, h = policy(obs, h)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done = envs.step(act.numpy())
            logps.append(dist.log_prob(act))
            values.append(value)
            ents.append(dist.entropy())
            rews.append(torch.from_numpy(rew))
            alives.append(torch.from_numpy(1.0 - done).float())
            episodes += int(done.sum())
            wins += int((rew > 0.5).sum())
            obs = torch.from_numpy(nxt)
        with torch.no_grad():
            _, ret, _ = policy(obs, h)
        pg = vf = en = 0.0
        for lp, v, e, r, a in zip(logps[::-1], values[::-1], ents[::-1], rews[::-1], alives[::-1]):
            ret = r + args.gamma * a * ret
            adv = ret - v
            pg = pg - (lp * adv.detach()).mean()
            vf = vf + adv.pow(2).mean()
            en = en + e.mean()
        loss = (pg + 0.5 * vf - args.entropy * en) / args.unroll
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        optim.step()
        sched.step()
        if update % 100 == 99:
            fps = args.envs * args.unroll * (update + 1) / (time.time() - t0)
            print(f"{update + 1:6d} wins {wins / max(episodes, 1):.2f} of {episodes} loss {float(loss):.3f} {fps:.0f}/s")
            wins = episodes = 0
    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=32)
    ap.add_argument("--length", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=16)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--entropy", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="tmaze.pt")
    train(ap.parse_args())
