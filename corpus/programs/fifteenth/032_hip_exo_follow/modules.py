from __future__ import annotations

import torch
from torch import nn


class GRUMemory(nn.Module):
    def __init__(self, num_in: int, num_hidden: int):
        super().__init__()
        self.gru = nn.GRU(num_in, num_hidden)
        self.hidden: torch.Tensor | None = None

    def forward(self, obs: torch.Tensor) -> torch.Tensor:
        out, self.hidden = self.gru(obs[None], self.hidden)
        return out[0]

    def reset(self, dones: torch.Tensor) -> None:
        if self.hidden is not None:
            self.hidden = self.hidden * (~dones).to(self.hidden.dtype)[None, :, None]


class HipPolicy(nn.Module):
    def __init__(self, num_obs: int, num_act: int, num_hidden: int = 64):
        super().__init__()
        self.memory = GRUMemory(num_obs, num_hidden)
        self.head = nn.Sequential(nn.Linear(num_hidden, 64), nn.ELU(), nn.Linear(64, num_act), nn.Tanh())
        self.log_std = nn.Parameter(torch.zeros(num_act))

    def act(self, obs: torch.Tensor) -> torch.Tensor:
        mean = self.act_inference(obs)
        return mean + self.log_std.exp() * torch.randn_like(mean)

    def act_inference(self, obs: torch.Tensor) -> torch.Tensor:
        return self.head(self.memory(obs))

    def reset(self, dones: torch.Tensor) -> None:
        self.memory.reset(dones)
