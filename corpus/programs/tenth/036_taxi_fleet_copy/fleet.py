import random

import torch
import torch.nn as nn
import torch.nn.functional as F


class Driver(nn.Module):
    """Zone choice for one taxi company."""

    def __init__(self, zones, units):
        super().__init__()
        self.rnn = nn.LSTMCell(2 * zones, units)
        self.q = nn.Linear(units, zones)

    def forward(self, x, state=None):
        h, c = self.rnn(x, state)
        return self.q(h), (h, c)


class City:
    def __init__(self, zones, fleets):
        self.zones, self.fleets = zones, fleets

    def reset(self):
        self.hour = 0
        self.demand = [random.random() for _ in range(self.zones)]
        self.where = [random.randrange(self.zones) for _ in range(self.fleets)]
        return self.look()

    def look(self):
        out = []
        for w in self.where:
            here = F.one_hot(torch.tensor(w), self.zones).float()
            # only the own zone's demand is known
            out.append(torch.cat([here, here * self.demand[w]]).unsqueeze(0))
        return out

    def step(self, targets):
        fares = []
        for i, z in enumerate(targets):
            move = 0.1 * abs(z - self.where[i])
            share = sum(t == z for t in targets)
            fares.append(self.demand[z] / share - move)
            self.where[i] = z
        self.demand = [min(1.0, max(0.0, d + random.gauss(0, 0.08))) for d in self.demand]
        self.hour += 1
        return self.look(), fares, self.hour == 168


def follow(leader, learner):
    for src, dst in zip(leader.parameters(), learner.parameters()):
        dst.data.copy_(src.data)
