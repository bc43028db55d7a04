from typing import NamedTuple

import torch
from torch import Tensor, nn


class Latent(NamedTuple):
    deter: Tensor
    stoch: Tensor

    @property
    def feat(self):
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, obs_dim, act_dim, deter=200, stoch=30, units=200):
        super().__init__()
        self.deter_size, self.stoch_size = deter, stoch
        self.encoder = nn.Sequential(nn.Linear(obs_dim, units), nn.ELU(), nn.Linear(units, units), nn.ELU())
        self.pre = nn.Sequential(nn.Linear(stoch + act_dim, units), nn.ELU())
        self.cell = nn.GRUCell(units, deter)
        self.post = nn.Sequential(nn.Linear(deter + units, units), nn.ELU(), nn.Linear(units, 2 * stoch))

    def initial(self, batch=1) -> Latent:
        p = next(self.parameters())
        return Latent(p.new_zeros(batch, self.deter_size), p.new_zeros(batch, self.stoch_size))

    def observe(self, prev: Latent, prev_action: Tensor, obs: Tensor) -> Latent:
        x = self.pre(torch.cat([prev.stoch, prev_action], -1))
        deter = self.cell(x, prev.deter)
        mean, std = self.post(torch.cat([deter, self.encoder(obs)], -1)).chunk(2, -1)
        std = nn.functional.softplus(std) + 0.1
        return Latent(deter, mean + std * torch.randn_like(std))


class ActorHead(nn.Module):
    def __init__(self, feat, act_dim, units=200):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat, units), nn.ELU(), nn.Linear(units, act_dim), nn.Tanh())

    def forward(self, feat):
        return self.net(feat)
