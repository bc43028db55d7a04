from __future__ import annotations

from pathlib import Path

import torch

from .base import Agent
from .nets import GRUNet, mlp


class MLPAgent(Agent):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64, **kwargs):
        super().__init__(mlp([obs_dim, hidden, hidden, n_actions]), **kwargs)

    def logits(self, obs, first):
        return self.net(obs)

    def load(self, path: str | Path) -> None:
        self.net.load_state_dict(torch.load(path, map_location=self.device))


class GRUAgent(Agent):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64, **kwargs):
        super().__init__(GRUNet(obs_dim, n_actions, hidden), **kwargs)
        self._h: torch.Tensor | None = None

    def logits(self, obs, first):
        if self._h is None or len(self._h) != len(obs):
            self._h = torch.zeros(len(obs), self.net.hidden, device=self.device)
        out, self._h = self.net(obs, self._h * (~first).unsqueeze(-1))
        return out

    def load(self, path: str | Path) -> None:
        """Replace the weights by those in `path`. Can be called at any time, e.g. to follow a running training."""
        self.net.load_state_dict(torch.load(path, map_location=self.device))

    def reset(self) -> None:
        self._h = None


_KINDS = {"mlp": MLPAgent, "gru": GRUAgent}


def make_agent(kind: str, **kwargs) -> Agent:
    try:
        cls = _KINDS[kind]
    except KeyError:
        raise ValueError(f"unknown agent {kind!r}, one of {sorted(_KINDS)}") from None
    return cls(**kwargs)
