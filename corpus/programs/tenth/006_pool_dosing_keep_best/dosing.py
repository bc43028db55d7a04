"""Chlorine dosing for a public pool, trained with a small recurrent actor-critic."""
import argparse
import math
import random

import torch
from torch import nn


class Pool:
    def __init__(self, rng, hours=240):
        self.rng, self.hours = rng, hours

    def reset(self):
        self.h = 0
        self.chlorine = self.rng.uniform(0.2, 1.2)
        self.pipe = [0.0] * 3
        return self.read()

    def read(self):
        noisy = self.chlorine + self.rng.gauss(0, 0.05)
        return torch.tensor([[noisy, math.sin(self.h * math.pi / 12), math.cos(self.h * math.pi / 12)]])

    def step(self, dose):
        self.h += 1
        self.pipe.append(max(0.0, min(0.5, dose)))
        visitors = max(0.0, math.sin((self.h % 24 - 6) * math.pi / 12))
        self.chlorine = max(0.0, self.chlorine * (0.97 - 0.08 * visitors) + self.pipe.pop(0))
        return self.read(), -abs(self.chlorine - 0.8), self.h >= self.hours


class Doser(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(3, width)
        self.mu = nn.Linear(width, 1)
        self.v = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.full((1,), -2.0))

    def forward(self, x, h):
        h = self.gru(x, h)
        return torch.distributions.Normal(torch.sigmoid(self.mu(h)) * 0.5, self.log_std.exp()), self.v(h), h


def score_policy(net, pool, days=3):
    total = 0.0
    with torch.no_grad():
        for _ in range(days):
            x, done = pool.reset(), False
            h = torch.zeros(1, net.width)
            while not done:
                dist, _, h = net(x, h)
                x, r, done = pool.step(dist.mean.item())
                total += r
    return total / days


def clone_weights(net):
    return {name: p.detach().clone() for name, p in net.state_dict().items()}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=8000)
    ap.add_argument("--window", type=int, default=24)
    ap.add_argument("--check", type=int, default=80)
    ap.add_argument("--width", type=int, default=32)
    args = ap.parse_args()

    pool, exam_pool = Pool(random.Random(0)), Pool(random.Random(1))
    net = Doser(args.width)
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    top, top_score = clone_weights(net), -float("inf")
    x, h = pool.reset(), torch.zeros(1, args.width)
    for u in range(1, args.updates + 1):
        h = h.detach()
        traj = []
        for _ in range(args.window):
            dist, v, h = net(x, h)
            a = dist.sample()
            x, r, done = pool.step(a.item())
            traj.append((dist.log_prob(a), v, r, done))
            if done:
                x, h = pool.reset(), torch.zeros(1, args.width)
        with torch.no_grad():
            _, ret, _ = net(x, h)
        loss = torch.zeros(())
        for logp, v, r, done in reversed(traj):
            ret = r + (0.0 if done else 0.95) * ret
            adv = ret - v
            loss = loss + (adv.pow(2) - logp * adv.detach()).squeeze()
        opt.zero_grad()
        loss.div(args.window).backward()
        opt.step()

        if u % args.check == 0:
            s = score_policy(net, exam_pool)
            if s >= top_score:
                top, top_score = clone_weights(net), s
            net.load_state_dict(top)
            x, h = pool.reset(), torch.zeros(1, args.width)
            print(f"update {u}: {s:.2f} (best {top_score:.2f})")


if __name__ == "__main__":
    main()
