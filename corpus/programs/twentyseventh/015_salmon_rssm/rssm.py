from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Normal


@dataclass
class Belief:
    deter: Tensor
    stoch: Tensor

    @property
    def features(self):
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, obs=4, act=1, deter=64, stoch=12):
        super().__init__()
        self.sizes = deter, stoch
        self.pre = nn.Linear(stoch + act, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Sequential(nn.Linear(deter + obs, deter), nn.ELU(), nn.Linear(deter, 2 * stoch))

    def initial(self, n):
        deter, stoch = self.sizes
        return Belief(torch.zeros(n, deter), torch.zeros(n, stoch))

    @staticmethod
    def _normal(stats):
        mean, std = stats.chunk(2, -1)
        return Normal(mean, nn.functional.softplus(std) + 0.1)

    def imagine(self, belief, action):
        deter = self.gru(torch.relu(self.pre(torch.cat([belief.stoch, action], -1))), belief.deter)
        prior = self._normal(self.prior_net(deter))
        return Belief(deter, prior.rsample()), prior

    def observe(self, belief, action, obs):
        ahead, prior = self.imagine(belief, action)
        post = self._normal(self.post_net(torch.cat([ahead.deter, obs], -1)))
        return Belief(ahead.deter, post.rsample()), prior, post


class FarmModel(nn.Module):
    """Dynamics plus what hangs on it: growth reward and sensor heads."""

    def __init__(self):
        super().__init__()
        self.rssm = RSSM()
        width = sum(self.rssm.sizes)
        self.sensors = nn.Linear(width, 4)
        self.growth = nn.Sequential(nn.Linear(width, 64), nn.ELU(), nn.Linear(64, 1))
