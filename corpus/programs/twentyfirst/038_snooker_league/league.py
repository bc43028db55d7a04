import random
from collections import defaultdict
from copy import deepcopy
from typing import Dict, Optional

import torch
import torch.nn as nn


class CueNet(nn.Module):
    def __init__(self, n_obs=8, n_shots=12, h=64):
        super().__init__()
        self.h = h
        self.rnn = nn.GRU(n_obs, h)
        self.logits = nn.Linear(h, n_shots)
        self.value = nn.Linear(h, 1)

    def forward(self, obs, state=None):
        y, state = self.rnn(obs.view(1, 1, -1), state)
        return self.logits(y[0, 0]), self.value(y[0, 0]), state


class Seat:
    """The opponent's side of the table."""

    def __init__(self):
        self.net = CueNet().eval()
        self.name: Optional[str] = None
        self.state = None

    def sit(self, name: str, weights: Dict[str, torch.Tensor]):
        self.net.load_state_dict(weights)
        self.name = name
        self.state = None

    def rack(self):
        self.state = None

    @torch.no_grad()
    def shoot(self, obs):
        logits, _, self.state = self.net(obs, self.state)
        return torch.distributions.Categorical(logits=logits).sample().item()


class League:
    def __init__(self, cap=20):
        self.cap = cap
        self.players: Dict[str, dict] = {}
        self.won = defaultdict(lambda: 0.5)

    def enter(self, name, net):
        self.players[name] = deepcopy(net.state_dict())
        if len(self.players) > self.cap:
            easiest = max(self.players, key=lambda p: self.won[p])
            del self.players[easiest]

    def report(self, name, won):
        self.won[name] += 0.05 * (float(won) - self.won[name])

    def pick(self):
        names = list(self.players)
        w = [(1 - self.won[n]) ** 2 + 1e-3 for n in names]
        name = random.choices(names, w)[0]
        return name, self.players[name]
