from __future__ import annotations

import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical


class FencerNet(nn.Module):
    def __init__(self, hidden: int = 48):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(4, hidden)
        self.policy = nn.Linear(hidden, 4)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.gru(obs, h)
        return Categorical(logits=self.policy(h)), self.value(h).squeeze(-1), h


class Rival:
    """A frozen fencer. It lives for one bout."""

    def __init__(self, name: str, weights: dict):
        self.name = name
        self.net = FencerNet()
        self.net.load_state_dict(weights)
        self.net.eval()
        self.h = torch.zeros(1, self.net.hidden)

    @torch.no_grad()
    def act(self, obs) -> int:
        dist, _, self.h = self.net(torch.from_numpy(obs).unsqueeze(0), self.h)
        return int(dist.sample())


class Club:
    """The archive of former selves with their Elo numbers."""

    def __init__(self, capacity: int = 40):
        self.capacity = capacity
        self.members: dict[str, dict] = {}
        self.elo: dict[str, float] = {}

    def enroll(self, name: str, net: FencerNet, elo: float) -> None:
        self.members[name] = copy.deepcopy(net.state_dict())
        self.elo[name] = elo
        if len(self.members) > self.capacity:
            oldest = next(iter(self.members))
            del self.members[oldest], self.elo[oldest]

    def draw(self, elo: float) -> Rival:
        names = list(self.members)
        weights = [1.0 / (50.0 + abs(self.elo[n] - elo)) for n in names]
        name = random.choices(names, weights)[0]
        return Rival(name, self.members[name])

    def record(self, name: str, learner_elo: float, result: float) -> float:
        expected = 1.0 / (1.0 + 10 ** ((self.elo.get(name, learner_elo) - learner_elo) / 400))
        return learner_elo + 16.0 * (result - expected)
