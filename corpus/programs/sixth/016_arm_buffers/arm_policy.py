from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.distributions import Normal

from memory import Remembers


class ArmPolicy(Remembers, nn.Module):
    """Reaching with an unknown payload: two joints, LSTM with separate encoders for joints and target."""

    def __init__(self, n: int, obs: int = 8, act: int = 2, width: int = 80) -> None:
        super().__init__()
        self.joints = nn.Linear(4, width // 2)
        self.target = nn.Linear(obs - 4, width // 2)
        self.cell = nn.LSTMCell(width, width)
        self.mu = nn.Linear(width, act)
        self.v = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.full((act,), -0.7))
        self.hold(n, hx=width, cx=width)

    def forward(self, obs: Tensor) -> tuple[Normal, Tensor]:
        z = torch.cat([self.joints(obs[:, :4]), self.target(obs[:, 4:])], -1).relu()
        self.hx, self.cx = self.cell(z, (self.hx, self.cx))
        return Normal(self.mu(self.hx).tanh(), self.log_std.exp()), self.v(self.hx).squeeze(-1)
