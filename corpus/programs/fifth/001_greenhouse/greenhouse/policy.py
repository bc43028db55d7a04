from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.distributions import Categorical


class ClimatePolicy(nn.Module):
    def __init__(self, obs_dim: int = 6, n_actions: int = 6, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.encoder = nn.Sequential(nn.Linear(obs_dim, width), nn.Tanh())
        self.core = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def initial(self, n: int) -> Tensor:
        return torch.zeros(n, self.width)

    def forward(self, obs: Tensor, hidden: Tensor) -> tuple[Categorical, Tensor, Tensor]:
        hidden = self.core(self.encoder(obs), hidden)
        return Categorical(logits=self.pi(hidden)), self.v(hidden).squeeze(-1), hidden

    def unroll(self, obs: Tensor, hidden: Tensor, dones: Tensor) -> tuple[Categorical, Tensor]:
        """obs (T, N, D), hidden (N, H), dones (T, N): episode ended *before* this step."""
        logits, values = [], []
        for o, d in zip(obs, dones):
            hidden = hidden * (1.0 - d).unsqueeze(-1)
            dist, value, hidden = self(o, hidden)
            logits.append(dist.logits)
            values.append(value)
        return Categorical(logits=torch.stack(logits)), torch.stack(values)
