import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal


class RSSM(nn.Module):
    def __init__(self, embed=64, act=2, deter=128, stoch=24):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Linear(deter + embed, 2 * stoch)

    def initial(self, n):
        w = self.inp.weight
        return w.new_zeros(n, self.deter), w.new_zeros(n, self.stoch)

    @staticmethod
    def _dist(x):
        mean, std = x.chunk(2, -1)
        return Normal(mean, F.softplus(std) + 0.1)

    def observe(self, state, action, embed):
        deter, stoch = state
        deter = self.cell(F.elu(self.inp(torch.cat([stoch, action], -1))), deter)
        prior = self._dist(self.prior_net(deter))
        post = self._dist(self.post_net(torch.cat([deter, embed], -1)))
        return (deter, post.rsample()), prior, post


class ExoModel(nn.Module):
    def __init__(self, sensors=10, act=2):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(sensors, 64), nn.ELU(), nn.Linear(64, 64))
        self.rssm = RSSM(64, act)
        feat = self.rssm.deter + self.rssm.stoch
        self.decoder = nn.Sequential(nn.Linear(feat, 64), nn.ELU(), nn.Linear(64, sensors))
        self.actor = nn.Sequential(nn.Linear(feat, 64), nn.ELU(), nn.Linear(64, act), nn.Tanh())
