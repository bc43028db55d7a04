from __future__ import annotations

import abc
from pathlib import Path

import numpy as np
import torch
from torch import nn


class Agent(abc.ABC):
    """An agent acts on one batch of observations at a time.

    >>> agent = make_agent("gru", obs_dim=4, n_actions=2)
    >>> action = agent.act(obs, first=first)
    """

    def __init__(self, net: nn.Module, device: str = "cpu", deterministic: bool = False):
        self.net = net.to(device)
        self.device = torch.device(device)
        self.deterministic = deterministic

    @abc.abstractmethod
    def logits(self, obs: torch.Tensor, first: torch.Tensor) -> torch.Tensor: ...

    @torch.no_grad()
    def act(self, obs: np.ndarray, first: np.ndarray | None = None) -> np.ndarray:
        x = torch.as_tensor(obs, dtype=torch.float32, device=self.device)
        if first is None:
            first = np.zeros(len(x), dtype=bool)
        out = self.logits(x, torch.as_tensor(first, device=self.device))
        if self.deterministic:
            return out.argmax(-1).cpu().numpy()
        return torch.distributions.Categorical(logits=out).sample().cpu().numpy()

    def save(self, path: str | Path) -> None:
        torch.save(self.net.state_dict(), path)
