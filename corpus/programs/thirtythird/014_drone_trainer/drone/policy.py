from __future__ import annotations

import torch
from torch import nn
from torch.distributions import Independent, Normal


class HoverPolicy(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, units: int = 64):
        super().__init__()
        self.units = units
        self.pre = nn.Linear(obs_dim, units)
        self.gru = nn.GRUCell(units, units)
        self.mu = nn.Linear(units, act_dim)
        self.val = nn.Linear(units, 1)
        self.log_std = nn.Parameter(torch.zeros(act_dim))

    def initial(self, n: int) -> torch.Tensor:
        return self.mu.weight.new_zeros(n, self.units)

    def forward(self, obs, carry):
        carry = self.gru(torch.tanh(self.pre(obs)), carry)
        dist = Independent(Normal(self.mu(carry), self.log_std.exp().expand(obs.shape[0], -1)), 1)
        return dist, self.val(carry).squeeze(-1), carry
