from __future__ import annotations

import random
from typing import Optional

import torch
from torch import nn


class BluffNet(nn.Module):
    """Bet / check / fold from own card and the betting line; LSTM over the whole session."""

    def __init__(self, n_obs: int = 8, n_act: int = 3, hidden: int = 64) -> None:
        super().__init__()
        self.embed = nn.Linear(n_obs, hidden)
        self.core = nn.LSTMCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, hc):
        hc = self.core(torch.relu(self.embed(obs)), hc)
        return torch.distributions.Categorical(logits=self.actor(hc[0])), self.critic(hc[0]).squeeze(-1), hc


class Rival:
    def __init__(self, latest_prob: float = 0.4, capacity: int = 50) -> None:
        self.net = BluffNet()
        self.net.requires_grad_(False)
        self.pool: list[dict[str, torch.Tensor]] = []
        self.latest_prob = latest_prob
        self.capacity = capacity
        self.hc: Optional[tuple[torch.Tensor, torch.Tensor]] = None

    def archive(self, learner: nn.Module) -> None:
        self.pool.append({k: v.detach().clone() for k, v in learner.state_dict().items()})
        if len(self.pool) > self.capacity:
            self.pool.pop(random.randrange(self.capacity // 2))

    def change_seat(self, learner: nn.Module) -> str:
        if not self.pool or random.random() < self.latest_prob:
            self.net.load_state_dict(learner.state_dict())
            return "latest"
        pick = random.randrange(len(self.pool))
        self.net.load_state_dict(self.pool[pick])
        self.hc = None
        return f"pool[{pick}]"

    def act(self, obs: torch.Tensor) -> int:
        dist, _, self.hc = self.net(obs.unsqueeze(0), self.hc)
        return int(dist.sample())
