from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Latent:
    deter: torch.Tensor
    mean: torch.Tensor
    std: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self):
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, obs=9, act=2, deter=128, stoch=16):
        super().__init__()
        self.deter, self.stoch, self.act = deter, stoch, act
        self.embed = nn.Sequential(nn.Linear(obs, 128), nn.ELU())
        self.pre = nn.Linear(stoch + act, 128)
        self.gru = nn.GRUCell(128, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + 128, 2 * stoch)
        self.decode = nn.Linear(deter + stoch, obs)

    def start(self, n=1):
        z = torch.zeros(n, self.stoch)
        return Latent(torch.zeros(n, self.deter), z, torch.ones_like(z), z)

    def _dist(self, y, deter):
        mean, std = y.chunk(2, -1)
        std = F.softplus(std) + 0.1
        return Latent(deter, mean, std, mean + std * torch.randn_like(std))

    def imagine(self, s, a):
        d = self.gru(F.elu(self.pre(torch.cat([s.stoch, a], -1))), s.deter)
        return self._dist(self.prior(d), d)

    def observe(self, s, a, obs):
        d = self.gru(F.elu(self.pre(torch.cat([s.stoch, a], -1))), s.deter)
        return self._dist(self.post(torch.cat([d, self.embed(obs)], -1)), d)
