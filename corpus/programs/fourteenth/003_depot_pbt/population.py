import copy

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from depot import Depot


class PickerNet(nn.Module):
    def __init__(self, d_in=5, d_h=48, n_act=5):
        super().__init__()
        self.lstm = nn.LSTM(d_in, d_h, batch_first=True)
        self.heads = nn.ModuleDict({"pi": nn.Linear(d_h, n_act), "v": nn.Linear(d_h, 1)})

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        return self.heads["pi"](y), self.heads["v"](y).squeeze(-1), hc


class Picker:
    def __init__(self, name, seed):
        self.name = name
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.env = Depot(rng)
        self.net = PickerNet()
        self.lr = 10 ** rng.uniform(-4, -2.5)
        self.beta = 10 ** rng.uniform(-3, -1.5)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.adopted = False
        self.score = 0.0
        self.begin()

    def begin(self):
        self.seen = torch.from_numpy(self.env.reset()).view(1, 1, -1)
        self.hc = None
        self.adopted = False

    def segment(self, n_steps, unroll=25, gamma=0.98):
        got = 0.0
        for _ in range(n_steps // unroll):
            logp, val, ent, rew, cont = [], [], [], [], []
            if self.hc is not None:
                self.hc = tuple(t.detach() for t in self.hc)
            for _ in range(unroll):
                logits, v, self.hc = self.net(self.seen, self.hc)
                d = Categorical(logits=logits[0, 0])
                a = d.sample()
                nxt, r, over = self.env.step(int(a))
                got += r
                logp.append(d.log_prob(a)), val.append(v[0, 0]), ent.append(d.entropy())
                rew.append(r), cont.append(not over)
                if over:
                    self.begin()
                else:
                    self.seen = torch.from_numpy(nxt).view(1, 1, -1)
            with torch.no_grad():
                R = self.net(self.seen, self.hc)[1][0, 0]
            loss = 0.0
            for lp, v, e, r, c in zip(*(reversed(z) for z in (logp, val, ent, rew, cont))):
                R = r + gamma * R * c
                adv = R - v
                loss = loss - lp * adv.detach() + 0.5 * adv ** 2 - self.beta * e
            self.opt.zero_grad()
            (loss / unroll).backward()
            self.opt.step()
        self.score = 0.7 * self.score + 0.3 * got

    def adopt(self, other):
        self.net.load_state_dict(other.net.state_dict())
        self.opt.load_state_dict(copy.deepcopy(other.opt.state_dict()))
        self.lr = other.lr * self.rng.choice([0.8, 1.2])
        self.beta = other.beta * self.rng.choice([0.8, 1.2])
        for g in self.opt.param_groups:
            g["lr"] = self.lr
        self.score = other.score
        self.adopted = True
