from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F


class Belief(NamedTuple):
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self):
        return torch.cat(self, dim=-1)


class RSSM(nn.Module):
    def __init__(self, obs_dim, act_dim, deter=128, stoch=16):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act_dim, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Sequential(nn.Linear(deter + obs_dim, deter), nn.ELU(), nn.Linear(deter, 2 * stoch))
        self.reward = nn.Sequential(nn.Linear(deter + stoch, deter), nn.ELU(), nn.Linear(deter, 1))

    def initial(self, batch):
        w = self.prior_net.weight
        return Belief(w.new_zeros(batch, self.deter), w.new_zeros(batch, self.stoch))

    @staticmethod
    def _draw(stats):
        mean, std = stats.chunk(2, dim=-1)
        return mean + (F.softplus(std) + 0.1) * torch.randn_like(mean)

    def imagine(self, belief, action):
        x = F.elu(self.inp(torch.cat([belief.stoch, action], -1)))
        deter = self.cell(x, belief.deter)
        return Belief(deter, self._draw(self.prior_net(deter)))

    def observe(self, belief, action, obs):
        x = F.elu(self.inp(torch.cat([belief.stoch, action], -1)))
        deter = self.cell(x, belief.deter)
        return Belief(deter, self._draw(self.post_net(torch.cat([deter, obs], -1))))
