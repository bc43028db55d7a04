from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F


class Latent(NamedTuple):
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def features(self):
        return torch.cat([self.deter, self.stoch], dim=-1)


class RSSM(nn.Module):
    def __init__(self, obs_dim, action_dim, deter=128, stoch=16):
        super().__init__()
        self.deter_size, self.stoch_size = deter, stoch
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 64), nn.ELU(), nn.Linear(64, 64))
        self.mix = nn.Linear(stoch + action_dim, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.posterior = nn.Linear(deter + 64, 2 * stoch)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, 64), nn.ELU(), nn.Linear(64, obs_dim))

    def initial(self, batch):
        return Latent(torch.zeros(batch, self.deter_size), torch.zeros(batch, self.stoch_size))

    def _sample(self, stats):
        mean, std = stats.chunk(2, dim=-1)
        return mean + (F.softplus(std) + 0.1) * torch.randn_like(mean)

    def observe(self, latent, action, obs):
        x = F.elu(self.mix(torch.cat([latent.stoch, action], dim=-1)))
        deter = self.cell(x, latent.deter)
        stats = self.posterior(torch.cat([deter, self.encoder(obs)], dim=-1))
        return Latent(deter, self._sample(stats))

    def reconstruct(self, latent):
        return self.decoder(latent.features)


class Actor(nn.Module):
    def __init__(self, feature_dim, action_dim):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feature_dim, 64), nn.ELU(), nn.Linear(64, action_dim))

    def forward(self, features):
        return torch.tanh(self.net(features))
