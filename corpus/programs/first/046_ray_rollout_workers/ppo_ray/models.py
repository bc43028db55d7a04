import torch
from torch import nn


class RNNPi(nn.Module):
    def __init__(self, obs, act, h):
        super().__init__()
        self.h = h
        self.cell = nn.GRUCell(obs, h)
        self.pi = nn.Linear(h, act)
        self.v = nn.Linear(h, 1)

    def zeros(self, n):
        return torch.zeros(n, self.h)

    def forward(self, x, carry):
        carry = self.cell(x, carry)
        return torch.distributions.Categorical(logits=self.pi(carry)), self.v(carry).squeeze(-1), carry


def build(cfg):
    return RNNPi(cfg["obs"], cfg["act"], cfg.get("h", 64))
