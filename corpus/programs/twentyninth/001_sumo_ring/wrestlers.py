import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical


def blank(n, width=64):
    return torch.zeros(1, n, width), torch.zeros(1, n, width)


class Wrestler(nn.Module):
    def __init__(self, sees=4, width=64, moves=5):
        super().__init__()
        self.enc = nn.Linear(sees, width)
        self.lstm = nn.LSTM(width, width)
        self.pi = nn.Linear(width, moves)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, core, fresh):
        keep = (1.0 - fresh).view(1, -1, 1)
        x = torch.relu(self.enc(obs)).unsqueeze(0)
        y, core = self.lstm(x, (core[0] * keep, core[1] * keep))
        y = y.squeeze(0)
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1), core


class Stable:
    """Older selves to wrestle with."""

    def __init__(self, size=20):
        self.size = size
        self.entries = []

    def enlist(self, label, net):
        self.entries.append((label, copy.deepcopy(net.state_dict())))
        if len(self.entries) > self.size:
            self.entries.pop(random.randrange(len(self.entries) - 1))

    def draw(self):
        if random.random() < 0.5:
            return self.entries[-1]
        return random.choice(self.entries)


class Rikishi:
    def __init__(self, n):
        self.net = Wrestler().eval()
        self.core = blank(n)
        self.label = None

    def adopt(self, label, weights):
        self.net.load_state_dict(weights)
        self.label = label

    @torch.no_grad()
    def move(self, obs, fresh):
        dist, _, self.core = self.net(obs, self.core, fresh)
        return dist.sample()
