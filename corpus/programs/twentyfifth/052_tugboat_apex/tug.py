import math
import random

import torch
from torch import nn


class TowEnv:
    """Towing a ship with an elastic line through a canal (1-d along, 1-d across)."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.along, self.across, self.v, self.line = 0.0, self.rnd.uniform(-0.3, 0.3), 0.0, 0.5
        self.wind = self.rnd.gauss(0, 0.02)
        self.k = 0
        return self.see()

    def see(self):
        return [self.across, self.v, self.line + self.rnd.gauss(0, 0.05), math.sin(self.k / 30)]

    def step(self, a):
        throttle, rudder = a // 3, a % 3 - 1
        self.k += 1
        pull = 0.02 * throttle
        self.line = 0.9 * self.line + 0.1 * (0.5 + 4 * pull - self.v)
        self.v = 0.98 * self.v + 0.02 * self.line
        self.along += self.v
        self.across += 0.03 * rudder + self.wind + self.rnd.gauss(0, 0.01)
        hit = abs(self.across) > 1
        snapped = self.line > 1.5
        arrived = self.along > 60
        r = self.v * 0.1 - 5 * (hit or snapped) + 5 * arrived
        return self.see(), r, hit or snapped or arrived or self.k >= 1000


class QNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(4, hidden)
        self.lstm = nn.LSTM(hidden, hidden)
        self.q = nn.Linear(hidden, 9)

    def initial(self, batch=1):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, x, state):
        y, state = self.lstm(torch.relu(self.inp(x)), state)
        return self.q(y), state
