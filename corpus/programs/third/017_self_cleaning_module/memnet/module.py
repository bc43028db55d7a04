from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


class MemoryPolicy(nn.Module):
    """A policy that remembers by itself: call it with observations only."""

    def __init__(self, obs_dim: int, n_actions: int, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.encoder = nn.Linear(obs_dim, width)
        self.gru = nn.GRUCell(width, width)
        self.actor = nn.Linear(width, n_actions)
        self.critic = nn.Linear(width, 1)
        self._memory: Tensor | None = None

    def forward(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.relu(self.encoder(obs))
        self._memory = self.gru(x, self._memory)
        return self.actor(self._memory), self.critic(self._memory).squeeze(-1)

    def forget(self, mask: Tensor | None = None) -> None:
        if mask is None or self._memory is None:
            self._memory = None
        else:
            self._memory = self._memory * (~mask).unsqueeze(-1)

    def truncate(self) -> None:
        if self._memory is not None:
            self._memory = self._memory.detach()

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False):
        result = super().load_state_dict(state_dict, strict=strict, assign=assign)
        self.forget()
        return result
