import argparse
import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from table import FoosballTable


class RodPolicy(nn.Module):
    def __init__(self, obs=4, hid=48, acts=6):
        super().__init__()
        self.enc = nn.Linear(obs, hid)
        self.core = nn.LSTMCell(hid, hid)
        self.pi = nn.Linear(hid, acts)
        self.v = nn.Linear(hid, 1)
        self.hid = hid

    def blank(self):
        return torch.zeros(1, self.hid), torch.zeros(1, self.hid)

    def forward(self, obs, hc):
        hc = self.core(F.elu(self.enc(obs)), hc)
        return self.pi(hc[0]), self.v(hc[0]).squeeze(-1), hc


class Member:
    def __init__(self, idx, args):
        self.idx = idx
        self.net = RodPolicy()
        self.lr = 10 ** random.uniform(-4, -3)
        self.ent = 10 ** random.uniform(-3, -1.5)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.env = FoosballTable(seed=args.seed + idx)
        self.obs = self.env.reset()
        self.hc = self.net.blank()
        self.ret, self.returns = 0.0, []

    def segment(self, n, gamma=0.99):
        logps, vals, rews, dones, ents = [], [], [], [], []
        self.hc = tuple(s.detach() for s in self.hc)
        for _ in range(n):
            logits, v, self.hc = self.net(torch.from_numpy(self.obs)[None], self.hc)
            dist = Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            logps.append(dist.log_prob(a)); vals.append(v); ents.append(dist.entropy())
            rews.append(r); dones.append(done)
            self.ret += r
            if done:
                self.returns.append(self.ret)
                self.ret = 0.0
                self.obs = self.env.reset()
                self.hc = self.net.blank()
        with torch.no_grad():
            R = self.net(torch.from_numpy(self.obs)[None], self.hc)[1]
        targets = []
        for r, d in zip(reversed(rews), reversed(dones)):
            R = r + gamma * R * (1.0 - float(d))
            targets.insert(0, R)
        targets, vals = torch.cat(targets), torch.cat(vals)
        adv = (targets - vals).detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(vals, targets) - self.ent * torch.cat(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def score(self):
        return float(np.mean(self.returns[-30:])) if self.returns else -1.0

    def copy_from(self, other):
        self.net.load_state_dict(other.net.state_dict())
        self.opt.load_state_dict(copy.deepcopy(other.opt.state_dict()))
        self.lr = other.lr * random.choice([0.8, 1.25])
        self.ent = other.ent * random.choice([0.8, 1.25])
        for g in self.opt.param_groups:
            g["lr"] = self.lr
        self.returns = list(other.returns[-30:])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--members", type=int, default=8)
    p.add_argument("--rounds", type=int, default=200)
    p.add_argument("--segments", type=int, default=40)
    p.add_argument("--unroll", type=int, default=32)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    pop = [Member(i, args) for i in range(args.members)]
    for rnd in range(args.rounds):
        for m in pop:
            for _ in range(args.segments):
                m.segment(args.unroll)
        pop.sort(key=Member.score, reverse=True)
        q = max(1, len(pop) // 4)
        for loser in pop[-q:]:
            loser.copy_from(random.choice(pop[:q]))
        print(f"round {rnd}: best {pop[0].score():.3f} (#{pop[0].idx}), worst {pop[-1].score():.3f}")
    torch.save(pop[0].net.state_dict(), "goalie.pt")


if __name__ == "__main__":
    main()
