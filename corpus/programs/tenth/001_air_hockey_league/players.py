import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical


class PaddleNet(nn.Module):
    def __init__(self, obs_dim=3, hidden=64, n_actions=3):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(obs_dim, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)

    def forward(self, obs, memory):
        h, c = self.cell(torch.relu(self.enc(obs)), memory)
        return self.pi(h), (h, c)


class Player:
    def __init__(self, net):
        self.net = net
        self.memory = None

    def begin_match(self):
        z = torch.zeros(1, self.net.hidden)
        self.memory = (z, z.clone())

    def move(self, obs):
        x = torch.from_numpy(obs).unsqueeze(0)
        logits, self.memory = self.net(x, self.memory)
        dist = Categorical(logits=logits)
        a = dist.sample()
        return int(a), dist.log_prob(a)


class League:
    def __init__(self, size=12):
        self.size = size
        self.entries = []

    def add(self, net):
        self.entries.append(copy.deepcopy(net.state_dict()))
        if len(self.entries) > self.size:
            self.entries.pop(random.randrange(len(self.entries) - 1))

    def draw(self):
        return random.choice(self.entries)
