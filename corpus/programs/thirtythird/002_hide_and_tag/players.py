from __future__ import annotations

import random
from typing import Dict, List, Optional

import torch
from torch import nn
from torch.distributions import Categorical


class TagNet(nn.Module):
    def __init__(self, obs_dim: int, n_act: int, units: int = 48):
        super().__init__()
        self.units = units
        self.inp = nn.Linear(obs_dim, units)
        self.gru = nn.GRUCell(units, units)
        self.out = nn.Linear(units, n_act)

    def forward(self, obs, belief):
        belief = self.gru(torch.relu(self.inp(obs)), belief)
        return self.out(belief), belief


class Player:
    """A net together with what it remembers of the present round."""

    def __init__(self, net: TagNet, learn: bool):
        self.net = net
        self.learn = learn
        self.belief: Optional[torch.Tensor] = None
        self.logps: List[torch.Tensor] = []
        self.rewards: List[float] = []

    def act(self, obs) -> int:
        if self.belief is None:
            self.belief = torch.zeros(1, self.net.units)
        with torch.set_grad_enabled(self.learn):
            logits, self.belief = self.net(torch.from_numpy(obs).unsqueeze(0), self.belief)
            dist = Categorical(logits=logits)
            a = dist.sample()
        if self.learn:
            self.logps.append(dist.log_prob(a))
        return int(a)

    def reinforce_loss(self, gamma: float = 0.99):
        g, rets = 0.0, []
        for r in reversed(self.rewards):
            g = r + gamma * g
            rets.insert(0, g)
        rets = torch.tensor(rets)
        rets = (rets - rets.mean()) / (rets.std() + 1e-6)
        return -(torch.cat(self.logps) * rets).sum()


class Archive:
    """Frozen versions of both roles, kept in memory."""

    def __init__(self, capacity: int = 40):
        self.capacity = capacity
        self.items: Dict[str, List[dict]] = {"seeker": [], "runner": []}

    def add(self, role: str, net: TagNet):
        frozen = {k: v.detach().clone() for k, v in net.state_dict().items()}
        self.items[role].append(frozen)
        if len(self.items[role]) > self.capacity:
            self.items[role].pop(random.randrange(self.capacity // 2))

    def draw(self, role: str, obs_dim: int, n_act: int) -> Player:
        net = TagNet(obs_dim, n_act)
        net.load_state_dict(random.choice(self.items[role]))
        net.eval()
        return Player(net, learn=False)
