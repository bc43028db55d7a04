from __future__ import annotations

import torch
from torch import nn
from torch.distributions import Categorical


class CarryingPolicy(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 64):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)
        self.carry: tuple[torch.Tensor, torch.Tensor] | None = None

    def forward(self, obs: torch.Tensor):
        y, self.carry = self.lstm(obs.unsqueeze(0), self.carry)
        y = y.squeeze(0)
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1)

    def cut(self) -> None:
        if self.carry is not None:
            self.carry = tuple(s.detach() for s in self.carry)

    def clear(self, done: torch.Tensor) -> None:
        self.carry = tuple(s * (~done).view(1, -1, 1) for s in self.carry)
