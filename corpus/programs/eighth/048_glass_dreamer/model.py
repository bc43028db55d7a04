from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class WorldModel(nn.Module):
    """Deterministic-recurrent latent model: h carries the history, z is a discrete code."""

    def __init__(self, obs_dim: int, n_actions: int, h_dim: int = 96, codes: int = 24):
        super().__init__()
        self.h_dim, self.codes, self.n_actions = h_dim, codes, n_actions
        self.inp = nn.Linear(codes + n_actions, h_dim)
        self.gru = nn.GRUCell(h_dim, h_dim)
        self.post = nn.Linear(h_dim + obs_dim, codes)
        self.decode = nn.Linear(h_dim + codes, obs_dim)
        self.reward = nn.Linear(h_dim + codes, 1)

    def blank(self, batch: int) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.zeros(batch, self.h_dim), torch.zeros(batch, self.codes)

    def step(self, latent, action: torch.Tensor, obs: torch.Tensor):
        h, z = latent
        onehot = F.one_hot(action, self.n_actions).float()
        h = self.gru(F.silu(self.inp(torch.cat([z, onehot], -1))), h)
        logits = self.post(torch.cat([h, obs], -1))
        probs = torch.softmax(logits, -1)
        sample = F.one_hot(torch.multinomial(probs, 1).squeeze(-1), self.codes).float()
        z = sample + probs - probs.detach()
        return (h, z), torch.cat([h, z], -1)


class Policy(nn.Module):
    def __init__(self, features: int, n_actions: int):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(features, 64), nn.SiLU())
        self.logits = nn.Linear(64, n_actions)
        self.value = nn.Linear(64, 1)

    def forward(self, features: torch.Tensor):
        x = self.body(features)
        return self.logits(x), self.value(x).squeeze(-1)
