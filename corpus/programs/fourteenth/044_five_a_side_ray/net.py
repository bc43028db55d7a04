from typing import Tuple

import torch
from torch import nn
from torch.distributions import Categorical

Carry = Tuple[torch.Tensor]


class FieldNet(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 100):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(n_obs, width)
        self.policy = nn.Linear(width, n_act)
        self.baseline = nn.Linear(width, 1)

    def carry(self, n: int) -> Carry:
        return (torch.zeros(n, self.width),)

    def forward(self, x: torch.Tensor, carry: Carry) -> Tuple[Categorical, torch.Tensor, Carry]:
        h = self.cell(x, carry[0])
        return Categorical(logits=self.policy(h)), self.baseline(h).squeeze(-1), (h,)
