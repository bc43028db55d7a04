from typing import NamedTuple

import torch
from torch import nn
from torch.distributions import OneHotCategorical, OneHotCategoricalStraightThrough


class Latent(NamedTuple):
    h: torch.Tensor
    z: torch.Tensor

    def flat(self):
        return torch.cat((self.h, self.z.flatten(-2)), -1)


class RSSM(nn.Module):
    groups, classes = 16, 16

    def __init__(self, obs_dim, act_dim, h_dim=200):
        super().__init__()
        self.h_dim = h_dim
        zdim = self.groups * self.classes
        self.embed = nn.Sequential(nn.Linear(obs_dim, 256), nn.ELU(), nn.Linear(256, 256), nn.ELU())
        self.pre = nn.Sequential(nn.Linear(zdim + act_dim, 200), nn.ELU())
        self.gru = nn.GRUCell(200, h_dim)
        self.prior = nn.Linear(h_dim, zdim)
        self.post = nn.Linear(h_dim + 256, zdim)

    def zero(self, batch):
        dev = next(self.parameters()).device
        return Latent(
            torch.zeros(batch, self.h_dim, device=dev),
            torch.zeros(batch, self.groups, self.classes, device=dev),
        )

    def _sample(self, logits, greedy):
        logits = logits.view(*logits.shape[:-1], self.groups, self.classes)
        if greedy:
            idx = logits.argmax(-1)
            return nn.functional.one_hot(idx, self.classes).float()
        return OneHotCategoricalStraightThrough(logits=logits).rsample()

    def filter(self, latent, action, obs, greedy=False):
        h = self.gru(self.pre(torch.cat((latent.z.flatten(-2), action), -1)), latent.h)
        z = self._sample(self.post(torch.cat((h, self.embed(obs)), -1)), greedy)
        return Latent(h, z)

    def prior_entropy(self, latent):
        logits = self.prior(latent.h).view(-1, self.groups, self.classes)
        return OneHotCategorical(logits=logits).entropy().sum(-1)


class FanPolicy(nn.Module):
    def __init__(self, in_dim, levels):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(in_dim, 256), nn.ELU(), nn.Linear(256, levels))

    def forward(self, x):
        return self.net(x)
