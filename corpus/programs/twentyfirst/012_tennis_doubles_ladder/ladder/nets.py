from typing import Any, Mapping

import numpy as np
import torch
from torch import nn

from .base import BaseAgent


class MlpAgent(BaseAgent):
    def __init__(self, obs_dim: int, act_dim: int) -> None:
        self.net = nn.Sequential(nn.Linear(obs_dim, 256), nn.SiLU(), nn.Linear(256, act_dim), nn.Tanh())

    def _load(self, data: Mapping[str, Any]) -> None:
        self.net.load_state_dict(data["actor"])

    def reset(self) -> None:
        pass

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        return self.net(torch.from_numpy(obs).float()).numpy()


class GruAgent(BaseAgent):
    def __init__(self, obs_dim: int, act_dim: int, hidden: int = 128) -> None:
        self.cells = nn.ModuleList([nn.GRUCell(obs_dim, hidden), nn.GRUCell(hidden, hidden)])
        self.mean = nn.Linear(hidden, act_dim)
        self.hidden = hidden
        self.reset()

    def _load(self, data: Mapping[str, Any]) -> None:
        self.cells.load_state_dict(data["cells"])
        self.mean.load_state_dict(data["mean"])

    def reset(self) -> None:
        self.memory = [torch.zeros(1, self.hidden) for _ in self.cells]

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(obs).float().unsqueeze(0)
        for i, cell in enumerate(self.cells):
            self.memory[i] = cell(x, self.memory[i])
            x = self.memory[i]
        return torch.tanh(self.mean(x)).squeeze(0).numpy()


KINDS = {"mlp": MlpAgent, "gru": GruAgent}
