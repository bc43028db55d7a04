from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Independent, Normal


class Belief(NamedTuple):
    deter: Tensor
    stoch: Tensor
    action: Tensor


class RSSM(nn.Module):
    def __init__(self, n_obs: int, n_act: int, deter: int = 96, stoch: int = 16):
        super().__init__()
        self.sizes = (deter, stoch, n_act)
        self.embed = nn.Sequential(nn.Linear(n_obs, 64), nn.SiLU(), nn.Linear(64, 64))
        self.inp = nn.Linear(stoch + n_act, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + 64, 2 * stoch)
        self.decode = nn.Sequential(nn.Linear(deter + stoch, 64), nn.SiLU(), nn.Linear(64, n_obs))
        self.reward = nn.Linear(deter + stoch, 1)

    def initial(self, batch: int = 1) -> Belief:
        d, s, a = self.sizes
        w = self.gru.weight_hh
        return Belief(w.new_zeros(batch, d), w.new_zeros(batch, s), w.new_zeros(batch, a))

    @staticmethod
    def _dist(x: Tensor) -> Independent:
        mean, std = x.chunk(2, -1)
        return Independent(Normal(mean, F.softplus(std) + 0.1), 1)

    def observe(self, obs: Tensor, b: Belief):
        deter = self.gru(F.silu(self.inp(torch.cat([b.stoch, b.action], -1))), b.deter)
        prior = self._dist(self.prior(deter))
        post = self._dist(self.post(torch.cat([deter, self.embed(obs)], -1)))
        return Belief(deter, post.rsample(), b.action), prior, post

    def features(self, b: Belief) -> Tensor:
        return torch.cat([b.deter, b.stoch], -1)


class Actor(nn.Module):
    def __init__(self, feat: int, n_act: int):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(feat, 64), nn.SiLU(), nn.Linear(64, n_act))

    def forward(self, feat: Tensor) -> Tensor:
        return torch.tanh(self.body(feat))
