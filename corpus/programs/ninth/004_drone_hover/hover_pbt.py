import argparse
import math
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class HoverEnv:
    """planar drone, hold the position in gusty wind; velocity is not observed"""

    def __init__(self, max_steps=400):
        self.max_steps = max_steps

    def reset(self):
        self.p = np.random.uniform(-1, 1, 2)
        self.v = np.zeros(2)
        self.wind = np.random.uniform(-0.3, 0.3)
        self.k = 0
        return self.p.astype(np.float32)

    def step(self, u):
        self.wind = 0.99 * self.wind + 0.01 * np.random.randn()
        u = np.clip(u, -1, 1)
        self.v += 0.05 * (u * 2.0 + np.array([self.wind, 0.0])) - 0.01 * self.v
        self.p += 0.05 * self.v
        self.k += 1
        dist = float(np.linalg.norm(self.p))
        crashed = dist > 3.0
        r = 1.0 - dist - 0.02 * float(np.square(u).sum())
        if crashed:
            r -= 10.0
        return self.p.astype(np.float32), r, crashed or self.k >= self.max_steps


class Pilot(nn.Module):
    def __init__(self, n_hid):
        super().__init__()
        self.fc = nn.Linear(2, n_hid)
        self.lstm = nn.LSTMCell(n_hid, n_hid)
        self.mu = nn.Linear(n_hid, 2)
        self.v = nn.Linear(n_hid, 1)
        self.log_std = nn.Parameter(torch.full((2,), -0.7))

    def forward(self, x, hc):
        h, c = self.lstm(F.elu(self.fc(x)), hc)
        return torch.distributions.Normal(self.mu(h), self.log_std.exp()), self.v(h).squeeze(-1), (h, c)


def zero_state(n):
    return torch.zeros(1, n), torch.zeros(1, n)


def rollout_and_update(net, opt, env, obs, hc, n, gamma, ent_coef, returns, acc):
    hc = (hc[0].detach(), hc[1].detach())
    lps, vs, rs, ds, es = [], [], [], [], []
    for _ in range(n):
        dist, v, hc = net(torch.from_numpy(obs).unsqueeze(0), hc)
        a = dist.sample()
        obs, r, done = env.step(a[0].numpy())
        acc += r
        lps.append(dist.log_prob(a).sum(-1))
        es.append(dist.entropy().sum(-1))
        vs.append(v)
        rs.append(r)
        ds.append(done)
        if done:
            returns.append(acc)
            acc = 0.0
            obs = env.reset()
            hc = zero_state(hc[0].shape[1])
    with torch.no_grad():
        _, R, _ = net(torch.from_numpy(obs).unsqueeze(0), hc)
    loss = 0.0
    for lp, v, r, d, e in zip(lps[::-1], vs[::-1], rs[::-1], ds[::-1], es[::-1]):
        R = r + gamma * R * (0.0 if d else 1.0)
        adv = R - v
        loss = loss + 0.5 * adv.pow(2) - lp * adv.detach() - ent_coef * e
    loss = loss.mean() / n
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return obs, hc, acc


def exploit(dst, src, nets, hypers, opts, returns):
    with torch.no_grad():
        for p, q in zip(nets[dst].parameters(), nets[src].parameters()):
            p.copy_(q)
    hypers[dst] = {k: v * random.choice([0.8, 1.2]) for k, v in hypers[src].items()}
    opts[dst] = torch.optim.RMSprop(nets[dst].parameters(), lr=hypers[dst]["lr"])
    returns[dst] = list(returns[src])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=6)
    ap.add_argument("--iters", type=int, default=20000)
    ap.add_argument("--n-steps", type=int, default=20)
    ap.add_argument("--ready", type=int, default=250, help="iterations between exploits")
    ap.add_argument("--hid", type=int, default=64)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--out", default="pilot.pt")
    args = ap.parse_args()

    nets = [Pilot(args.hid) for _ in range(args.pop)]
    hypers = [{"lr": 10 ** random.uniform(-4, -2.5), "ent": 10 ** random.uniform(-4, -2)} for _ in nets]
    opts = [torch.optim.RMSprop(n.parameters(), lr=h["lr"]) for n, h in zip(nets, hypers)]
    envs = [HoverEnv() for _ in nets]
    obs = [e.reset() for e in envs]
    states = [zero_state(args.hid) for _ in nets]
    accs = [0.0] * args.pop
    returns = [[] for _ in nets]

    for it in range(1, args.iters + 1):
        for i in range(args.pop):
            obs[i], states[i], accs[i] = rollout_and_update(
                nets[i], opts[i], envs[i], obs[i], states[i], args.n_steps, args.gamma,
                hypers[i]["ent"], returns[i], accs[i])
        if it % args.ready == 0:
            fit = [np.mean(r[-10:]) if r else -math.inf for r in returns]
            order = np.argsort(fit)
            worst, best = int(order[0]), int(order[-1])
            if fit[best] - fit[worst] > 5.0:
                exploit(worst, best, nets, hypers, opts, returns)
                print(f"[{it}] {best} ({fit[best]:.1f}) -> {worst} ({fit[worst]:.1f})")
            torch.save(nets[best].state_dict(), args.out)


if __name__ == "__main__":
    main()
