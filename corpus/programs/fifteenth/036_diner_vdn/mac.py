from typing import Optional

import torch
from torch import Tensor, nn


class CookNet(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 48):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.q = nn.Linear(hidden, n_actions)

    def forward(self, obs: Tensor, h: Tensor):
        h = self.cell(torch.relu(self.inp(obs)), h)
        return self.q(h), h


class TeamController:
    """All cooks share one network; the controller keeps each cook's hidden state within a service."""

    def __init__(self, net: CookNet, n_cooks: int):
        self.net = net
        self.n_cooks = n_cooks
        self.h: Optional[Tensor] = None

    def init_hidden(self) -> None:
        self.h = torch.zeros(self.n_cooks, self.net.hidden)

    @torch.no_grad()
    def act(self, obs: Tensor, eps: float) -> Tensor:
        q, self.h = self.net(obs, self.h)
        greedy = q.argmax(-1)
        explore = torch.rand(self.n_cooks) < eps
        return torch.where(explore, torch.randint_like(greedy, q.shape[-1]), greedy)

    def adopt(self, weights: dict) -> None:
        self.net.load_state_dict(weights)
