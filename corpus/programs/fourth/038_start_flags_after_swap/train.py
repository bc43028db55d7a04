import argparse
import random

import numpy as np
import torch
from pong_fast import DuelPong
from torch import nn

from duel.core import DuelNet
from duel.pool import Pool


def gae(rew, val, start, last_val, last_start, gamma, lam):
    adv, run = torch.zeros_like(rew), torch.zeros_like(last_val)
    for t in reversed(range(len(rew))):
        nxt_v = last_val if t == len(rew) - 1 else val[t + 1]
        live = 1.0 - (last_start if t == len(rew) - 1 else start[t + 1])
        delta = rew[t] + gamma * live * nxt_v - val[t]
        run = adv[t] = delta + gamma * lam * live * run
    return adv


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=32)
    ap.add_argument("--steps", type=int, default=64)
    ap.add_argument("--updates", type=int, default=8000)
    ap.add_argument("--new-foe-every", type=int, default=10)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)

    envs = DuelPong(args.envs, seed=args.seed)
    net, foe_net = DuelNet(envs.obs_dim, envs.n_act), DuelNet(envs.obs_dim, envs.n_act)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr, eps=1e-5)
    pool = Pool()
    pool.add(net, 0)
    foe = pool.draw(rng)
    foe_net.load_state_dict(foe.weights)

    obs, foe_obs = (torch.as_tensor(o).float() for o in envs.reset())
    state, foe_state = net.zero(args.envs), foe_net.zero(args.envs)
    start, foe_start = torch.ones(args.envs), torch.ones(args.envs)
    for update in range(args.updates):
        if update and update % args.new_foe_every == 0:
            foe = pool.draw(rng)
            foe_net.load_state_dict(foe.weights)
            foe_start = torch.ones(args.envs)
        first = tuple(s.clone() for s in state)
        cols = [[] for _ in range(6)]
        for _ in range(args.steps):
            with torch.no_grad():
                dist, val, state = net(obs, state, start)
                foe_dist, _, foe_state = foe_net(foe_obs, foe_state, foe_start)
            act = dist.sample()
            (o, fo), rew, done = envs.step(act.numpy(), foe_dist.sample().numpy())
            foe.games += int(done.sum())
            foe.lost += int((rew[done] > 0).sum())
            for c, x in zip(cols, (obs, act, dist.log_prob(act), val, torch.as_tensor(rew).float(), start)):
                c.append(x)
            obs, foe_obs = torch.as_tensor(o).float(), torch.as_tensor(fo).float()
            start = foe_start = torch.as_tensor(done).float()
        ob, ac, lp, va, rw, st = (torch.stack(c) for c in cols)
        with torch.no_grad():
            last = net(obs, state, start)[1]
        adv = gae(rw, va, st, last, start, 0.99, 0.95)
        ret = adv + va
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(3):
            s, loss = first, 0.0
            for t in range(args.steps):
                d, v, s = net(ob[t], s, st[t])
                ratio = (d.log_prob(ac[t]) - lp[t]).exp()
                pg = torch.min(ratio * adv[t], ratio.clamp(0.8, 1.2) * adv[t]).mean()
                loss = loss - pg + 0.5 * (v - ret[t]).pow(2).mean() - 0.01 * d.entropy().mean()
            opt.zero_grad()
            (loss / args.steps).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
        if update % 100 == 0:
            pool.add(net, update)
            print(update, f"against {foe.born}: {1 - foe.lost / max(foe.games, 1):.2f} lost, pool {len(pool.entries)}")
    torch.save(net.state_dict(), "duel.pt")


if __name__ == "__main__":
    main()
