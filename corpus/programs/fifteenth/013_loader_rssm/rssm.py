from typing import NamedTuple

import torch
from torch import nn
from torch.distributions import Normal


class Belief(NamedTuple):
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self):
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, obs_dim, act_dim, deter=128, stoch=16):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act_dim, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.post = nn.Sequential(nn.Linear(deter + obs_dim, 64), nn.ELU(), nn.Linear(64, 2 * stoch))

    def initial(self, n=1):
        return Belief(torch.zeros(n, self.deter), torch.zeros(n, self.stoch))

    def observe(self, belief, action, obs):
        deter = self.gru(torch.relu(self.inp(torch.cat([belief.stoch, action], -1))), belief.deter)
        mean, std = self.post(torch.cat([deter, obs], -1)).chunk(2, -1)
        return Belief(deter, Normal(mean, nn.functional.softplus(std) + 0.1).sample())


class LoaderAgent(nn.Module):
    def __init__(self, obs_dim=7, act_dim=3):
        super().__init__()
        self.act_dim = act_dim
        self.world = RSSM(obs_dim, act_dim)
        self.actor = nn.Sequential(nn.Linear(144, 64), nn.ELU(), nn.Linear(64, act_dim))

    def forward(self, belief, action, obs):
        belief = self.world.observe(belief, action, obs)
        return torch.tanh(self.actor(belief.feat)), belief
