from typing import NamedTuple

import torch
from torch import nn
from torch.distributions import Normal


class Latent(NamedTuple):
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self):
        return torch.cat([self.deter, self.stoch], -1)


class WorldModel(nn.Module):
    def __init__(self, obs=7, act=2, deter=128, stoch=24):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Sequential(nn.Linear(stoch + act, deter), nn.SiLU())
        self.cell = nn.GRUCell(deter, deter)
        self.prior = nn.Sequential(nn.Linear(deter, 128), nn.SiLU(), nn.Linear(128, 2 * stoch))
        self.posterior = nn.Sequential(nn.Linear(deter + obs, 128), nn.SiLU(), nn.Linear(128, 2 * stoch))
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, 128), nn.SiLU(), nn.Linear(128, obs))

    def zero(self):
        return Latent(torch.zeros(1, self.deter), torch.zeros(1, self.stoch))

    def step(self, latent, action, obs):
        deter = self.cell(self.inp(torch.cat([latent.stoch, action], -1)), latent.deter)
        mean, std = self.posterior(torch.cat([deter, obs], -1)).chunk(2, -1)
        return Latent(deter, Normal(mean, nn.functional.softplus(std) + 0.1).rsample())


class Policy(nn.Module):
    def __init__(self, feat=152, act=2):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat, 128), nn.SiLU(), nn.Linear(128, act), nn.Tanh())

    def forward(self, latent):
        return self.net(latent.feat)
