import argparse
import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from strait import Strait


class Captain(nn.Module):
    def __init__(self, obs=Strait.OBS, hid=48, acts=3):
        super().__init__()
        self.hid = hid
        self.inp = nn.Linear(obs, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.pi = nn.Linear(hid, acts)
        self.v = nn.Linear(hid, 1)

    def forward(self, obs, h):
        h = self.gru(F.relu(self.inp(obs)), h)
        return self.pi(h), self.v(h).squeeze(-1), h


class Player:
    """One seat of the league: main, main exploiter or the sparring partner."""

    def __init__(self, name, n, lr):
        self.name = name
        self.net = Captain()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.memory = torch.zeros(n, self.net.hid)
        self.wins = 0.5

    def act(self, obs):
        logits, value, self.memory = self.net(obs, self.memory)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        return a, dist.log_prob(a), value, dist.entropy()

    def mask(self, done):
        self.memory = self.memory * (~done).float().unsqueeze(1)

    def learn(self, steps, gamma=0.98):
        ret = steps[-1]["value"].detach()
        loss = 0.0
        for s in reversed(steps):
            ret = s["reward"] + gamma * ret * (~s["done"]).float()
            adv = ret - s["value"]
            loss = loss - (s["logp"] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * s["ent"].mean()
        self.opt.zero_grad()
        (loss / len(steps)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.memory = self.memory.detach()

    def freeze(self):
        return copy.deepcopy(self.net.state_dict())


class League:
    def __init__(self, args):
        self.args = args
        self.main = Player("main", args.n, args.lr)
        self.exploiter = Player("main_exploiter", args.n, args.lr * 2)
        self.sparring = Player("past", args.n, args.lr)
        self.origin = self.main.freeze()
        self.pool = [self.origin]
        self.seas = {"past": Strait(args.n), "main_exploiter": Strait(args.n)}
        # the main agent sails in both waters, so it has one memory for each
        self.main_memory = {k: torch.zeros(args.n, self.main.net.hid) for k in self.seas}

    def fragment(self, rival):
        sea = self.seas[rival.name]
        self.main.memory = self.main_memory[rival.name]
        mine, theirs = [], []
        for _ in range(self.args.unroll):
            ob, oc = sea.observe()
            a, lp, v, ent = self.main.act(ob)
            b, lp2, v2, ent2 = rival.act(oc)
            r, done = sea.step(a, b)
            mine.append(dict(logp=lp, value=v, ent=ent, reward=r, done=done))
            theirs.append(dict(logp=lp2, value=v2, ent=ent2, reward=-r, done=done))
            self.main.mask(done)
            rival.mask(done)
            for x in r[done].tolist():
                rival.wins += 0.01 * ((x < 0) - rival.wins)
        self.main.learn(mine)
        self.main_memory[rival.name] = self.main.memory
        if rival is self.exploiter:
            rival.learn(theirs)
        else:
            rival.memory = rival.memory.detach()

    def matchmake(self):
        self.sparring.net.load_state_dict(random.choice(self.pool))
        self.sparring.wins = 0.5

    def run(self):
        for it in range(1, self.args.iters + 1):
            self.fragment(self.sparring)
            self.fragment(self.exploiter)
            if it % self.args.rematch == 0:
                self.matchmake()
            if it % self.args.snapshot == 0:
                self.pool.append(self.main.freeze())
            if self.exploiter.wins > 0.7:
                # good enough: store it and start a new one from the first captain
                self.pool.append(self.exploiter.freeze())
                self.exploiter.net.load_state_dict(self.origin)
                self.exploiter.opt = torch.optim.Adam(self.exploiter.net.parameters(), lr=self.args.lr * 2)
                self.exploiter.wins = 0.5
            if it % 20 == 0:
                print(f"{it:5d} past {self.sparring.wins:.2f} exploiter {self.exploiter.wins:.2f} pool {len(self.pool)}")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--n", type=int, default=32)
    p.add_argument("--iters", type=int, default=2000)
    p.add_argument("--unroll", type=int, default=16)
    p.add_argument("--rematch", type=int, default=5)
    p.add_argument("--snapshot", type=int, default=25)
    p.add_argument("--lr", type=float, default=7e-4)
    League(p.parse_args()).run()
