import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical

from sector import Sector


class ConflictNet(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.gru = nn.GRUCell(6, hidden)
        self.pi = nn.Linear(hidden, 3)

    def forward(self, x, h):
        h = self.gru(x, h)
        return Categorical(logits=self.pi(h)), h


class BaseAgent:
    def begin(self):
        raise NotImplementedError

    def work(self, steps):
        raise NotImplementedError


class RecurrentAgent(BaseAgent):
    """One controller; a memory row for each aircraft in the sector."""

    def __init__(self, sector, hidden=48):
        self.sector = sector
        self.hidden = hidden
        self.net = ConflictNet(hidden)
        self.begin()

    def begin(self):
        self.obs = self.sector.reset()
        self.h = torch.zeros(self.sector.n, self.hidden)

    def advance(self):
        dist, h = self.net(torch.from_numpy(self.obs), self.h)
        turns = dist.sample()
        self.obs, reward, entered, conflicts = self.sector.step(turns.numpy())
        stay = torch.from_numpy(~entered).float().unsqueeze(1)
        self.h = h * stay
        return dist.log_prob(turns), torch.from_numpy(reward), stay.squeeze(1), conflicts


class PopulationAgent(RecurrentAgent):
    def __init__(self, ident, level=0):
        super().__init__(Sector(level, seed=ident))
        self.ident = ident
        self.hyper = {"lr": 10 ** random.uniform(-4, -2.5), "gamma": random.choice([0.9, 0.95, 0.98])}
        self.score = 0.0
        self._new_optimizer()

    def _new_optimizer(self):
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hyper["lr"])

    def work(self, steps=40):
        logps, rewards, stays, conflicts = zip(*[self.advance() for _ in range(steps)])
        ret, returns = torch.zeros(self.sector.n), []
        for r, s in zip(reversed(rewards), reversed(stays)):
            ret = r + self.hyper["gamma"] * s * ret
            returns.append(ret)
        returns = torch.stack(returns[::-1])
        adv = (returns - returns.mean()) / (returns.std() + 1e-6)
        loss = -(torch.stack(logps) * adv).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.h = self.h.detach()
        rate = sum(conflicts) / (steps * self.sector.n)
        self.score = 0.9 * self.score + 0.1 * (self.sector.level - 5 * rate)
        return rate

    def promote(self):
        self._move_to(self.sector.level + 1)

    def _move_to(self, level):
        self.sector = Sector(level, seed=random.randrange(10 ** 6))
        self.begin()

    def adopt(self, other):
        self.net.load_state_dict(other.net.state_dict())
        self.hyper = copy.copy(other.hyper)
        self.hyper["lr"] *= random.choice([0.8, 1.25])
        self._new_optimizer()
        self.score = other.score
        if other.sector.level != self.sector.level:
            self._move_to(other.sector.level)
