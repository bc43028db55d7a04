from typing import NamedTuple

import torch
import torch.nn as nn


class Step(NamedTuple):
    obs: torch.Tensor
    prev_act: int
    prev_rew: float
    fresh: float


class Rl2Net(nn.Module):
    def __init__(self, obs_dim: int, n_act: int, size: int = 48):
        super().__init__()
        self.n_act, self.size = n_act, size
        self.cell = nn.GRUCell(obs_dim + n_act + 2, size)
        self.actor = nn.Linear(size, n_act)
        self.value = nn.Linear(size, 1)

    def forward(self, s: Step, belief: torch.Tensor):
        hot = torch.zeros(self.n_act)
        hot[s.prev_act] = 1.0
        x = torch.cat([s.obs, hot, torch.tensor([s.prev_rew, s.fresh])])
        belief = self.cell(x.unsqueeze(0), belief)
        return self.actor(belief)[0], self.value(belief)[0, 0], belief
