# PBT for longliner route planning, 12 members, actor-critic with an LSTM core
import argparse
import copy
import json
import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn, optim
from torch.distributions import Categorical

from fishery import Fishery


class Skipper(nn.Module):
    def __init__(self, n_obs, n_act, width=128):
        super().__init__()
        self.width = width
        self.enc = nn.Linear(n_obs, width)
        self.core = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def zeros(self, n):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, obs, core):
        h, c = self.core(torch.relu(self.enc(obs)), core)
        return Categorical(logits=self.pi(h)), self.v(h)[:, 0], (h, c)


@dataclass
class Member:
    name: str
    net: Skipper
    opt: optim.Optimizer
    env: Fishery
    hp: dict
    obs: Any = None
    core: Any = None
    landings: list = field(default_factory=list)

    def restart(self):
        self.obs = torch.as_tensor(self.env.reset(), dtype=torch.float32)
        self.core = self.net.zeros(self.env.n_boats)

    def fitness(self):
        return float(np.mean(self.landings[-20:])) if self.landings else 0.0


def make_member(i, n_boats):
    env = Fishery(n_boats, seed=i)
    net = Skipper(env.n_obs, env.n_act)
    hp = {"lr": 10 ** random.uniform(-4, -3), "ent": 10 ** random.uniform(-3, -1.5)}
    m = Member(f"m{i:02d}", net, optim.RMSprop(net.parameters(), lr=hp["lr"]), env, hp)
    m.restart()
    return m


def train_chunk(m, n_updates, horizon=32, gamma=0.99):
    for _ in range(n_updates):
        m.core = tuple(x.detach() for x in m.core)
        logps, vals, rews, masks, ents = [], [], [], [], []
        for _ in range(horizon):
            dist, v, m.core = m.net(m.obs, m.core)
            a = dist.sample()
            obs, r, done, info = m.env.step(a.numpy())
            mask = 1.0 - torch.as_tensor(done, dtype=torch.float32)
            m.core = tuple(x * mask.unsqueeze(1) for x in m.core)
            m.obs = torch.as_tensor(obs, dtype=torch.float32)
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            vals.append(v)
            rews.append(torch.as_tensor(r, dtype=torch.float32))
            masks.append(mask)
            m.landings.extend(info["landed"])
        with torch.no_grad():
            ret = m.net(m.obs, m.core)[1]
        loss = 0.0
        for lp, v, r, k, e in zip(*(reversed(x) for x in (logps, vals, rews, masks, ents))):
            ret = r + gamma * k * ret
            adv = ret - v
            loss = loss + (adv.pow(2) * 0.5 - lp * adv.detach() - m.hp["ent"] * e).mean()
        m.opt.zero_grad()
        (loss / horizon).backward()
        nn.utils.clip_grad_norm_(m.net.parameters(), 0.5)
        m.opt.step()


def exploit_and_explore(members, frac=0.25):
    order = sorted(members, key=Member.fitness)
    k = max(1, int(len(order) * frac))
    for weak in order[:k]:
        strong = random.choice(order[-k:])
        weak.net.load_state_dict(strong.net.state_dict())
        weak.opt.load_state_dict(copy.deepcopy(strong.opt.state_dict()))
        weak.hp = {key: val * random.choice([0.8, 1.2]) for key, val in strong.hp.items()}
        for g in weak.opt.param_groups:
            g["lr"] = weak.hp["lr"]
        weak.landings = list(strong.landings)
        weak.restart()
        print(f"{weak.name} copies {strong.name}: {weak.hp}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=12)
    ap.add_argument("--boats", type=int, default=20)
    ap.add_argument("--rounds", type=int, default=400)
    args = ap.parse_args()
    members = [make_member(i, args.boats) for i in range(args.members)]
    for r in range(args.rounds):
        for m in members:
            train_chunk(m, 50)
        exploit_and_explore(members)
        print(r, json.dumps({m.name: round(m.fitness(), 2) for m in members}))
    best = max(members, key=Member.fitness)
    torch.save(best.net.state_dict(), "skipper.pt")


if __name__ == "__main__":
    main()
