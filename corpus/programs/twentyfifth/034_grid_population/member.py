from dataclasses import dataclass, field
from collections import deque

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from grid import FrequencyGrid


class Controller(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.enc = nn.Linear(FrequencyGrid.n_obs, width)
        self.rnn = nn.GRU(width, width)
        self.out = nn.Linear(width, FrequencyGrid.n_act + 1)

    def forward(self, obs, hidden=None):
        x = torch.relu(self.enc(obs)).view(1, 1, -1)
        y, hidden = self.rnn(x, hidden)
        y = self.out(y.view(-1))
        return Categorical(logits=y[:-1]), y[-1], hidden


@dataclass
class Member:
    seed: int
    lr: float
    beta: float
    net: Controller = field(default_factory=Controller)
    scores: deque = field(default_factory=lambda: deque(maxlen=20))

    def __post_init__(self):
        self.env = FrequencyGrid(self.seed)
        self.rng = np.random.default_rng(self.seed)
        self.optim = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.obs = self.env.reset()
        self.hidden = None
        self.total = 0.0

    def score(self):
        return float(np.mean(self.scores)) if self.scores else -1e9

    def advance(self, n):
        """n environment steps and one gradient step; the day goes on in the next call."""
        if self.hidden is not None:
            self.hidden = self.hidden.detach()
        buf = []
        for _ in range(n):
            dist, value, self.hidden = self.net(torch.from_numpy(self.obs), self.hidden)
            a = dist.sample()
            self.obs, r, done = self.env.step(int(a))
            self.total += r
            buf.append((dist.log_prob(a), dist.entropy(), value, r, done))
            if done:
                self.scores.append(self.total)
                self.total = 0.0
                self.obs = self.env.reset()
                self.hidden = None
        g, loss = 0.0, 0.0
        for logp, ent, value, r, done in reversed(buf):
            g = r + 0.97 * g * (not done)
            adv = g - value
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - self.beta * ent
        self.optim.zero_grad()
        (loss / n).backward()
        self.optim.step()

    def exploit(self, other):
        with torch.no_grad():
            for mine, theirs in zip(self.net.parameters(), other.net.parameters()):
                mine.copy_(theirs)
        self.scores.clear()
        self.scores.extend(other.scores)
        self.lr = other.lr
        self.beta = other.beta

    def explore(self):
        self.lr *= self.rng.choice([0.8, 1.2])
        self.beta *= self.rng.choice([0.8, 1.2])
        for group in self.optim.param_groups:
            group["lr"] = self.lr
