from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Belief:
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feature(self):
        return torch.cat([self.deter, self.stoch], dim=-1)


class ReefRSSM(nn.Module):
    """Posterior part of the RSSM, as it runs on board; the prior is only used ashore."""

    def __init__(self, obs_dim=20, act_dim=3, deter=128, stoch=24):
        super().__init__()
        self.deter_size, self.stoch_size = deter, stoch
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 128), nn.SiLU(), nn.Linear(128, 64), nn.SiLU())
        self.pre = nn.Linear(stoch + act_dim, 64)
        self.gru = nn.GRUCell(64, deter)
        self.post = nn.Linear(deter + 64, 2 * stoch)
        self.coral = nn.Linear(deter + stoch, 4)

    def initial(self, batch=1):
        return Belief(torch.zeros(batch, self.deter_size), torch.zeros(batch, self.stoch_size))

    def observe(self, obs, action, belief):
        x = torch.nn.functional.silu(self.pre(torch.cat([belief.stoch, action], -1)))
        deter = self.gru(x, belief.deter)
        mean, _ = self.post(torch.cat([deter, self.encoder(obs)], -1)).chunk(2, -1)
        return Belief(deter, mean)


class Steering(nn.Module):
    def __init__(self, feature=152, act_dim=3):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(feature, 64), nn.SiLU(), nn.Linear(64, act_dim), nn.Tanh())

    def forward(self, feature):
        return self.layers(feature)
