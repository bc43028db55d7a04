import copy
import random

import torch
from torch import nn

from junction import Junctions


class Signal(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.cell = nn.LSTMCell(5, width)
        self.pi, self.v = nn.Linear(width, 2), nn.Linear(width, 1)


class Member:
    def __init__(self, ident, lanes=16, width=32):
        self.ident = ident
        self.net = Signal(width)
        self.lr = 10 ** random.uniform(-4, -2.5)
        self.gamma = random.choice([0.9, 0.95, 0.99])
        self.world = Junctions(lanes)
        self.obs = self.world.look()
        self.hx = torch.zeros(lanes, width)
        self.cx = torch.zeros(lanes, width)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.fitness = -10.0

    def chunk(self, steps=30):
        self.hx, self.cx = self.hx.detach(), self.cx.detach()
        logp, vals, rews, lives = [], [], [], []
        for _ in range(steps):
            self.hx, self.cx = self.net.cell(self.obs, (self.hx, self.cx))
            dist = torch.distributions.Categorical(logits=self.net.pi(self.hx))
            act = dist.sample()
            vals.append(self.net.v(self.hx).squeeze(1))
            self.obs, r, done = self.world.step(act)
            alive = (~done).float()
            self.hx, self.cx = self.hx * alive[:, None], self.cx * alive[:, None]
            logp.append(dist.log_prob(act))
            rews.append(r)
            lives.append(alive)
        run, target = vals[-1].detach(), []
        for r, alive in zip(reversed(rews), reversed(lives)):
            run = r + self.gamma * run * alive
            target.insert(0, run)
        target, vals = torch.stack(target), torch.stack(vals)
        loss = -(torch.stack(logp) * (target - vals.detach())).mean() + 0.5 * (target - vals).pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.fitness += 0.1 * (torch.stack(rews).mean().item() - self.fitness)

    def take_over(self, other):
        self.net.load_state_dict(copy.deepcopy(other.net.state_dict()))
        self.hx = torch.zeros_like(self.hx)
        self.lr = other.lr * random.choice([0.8, 1.25])
        self.gamma = other.gamma
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.fitness = other.fitness
