from typing import NamedTuple

import torch
from torch import nn


class Latent(NamedTuple):
    h: torch.Tensor
    z: torch.Tensor

    @property
    def features(self):
        return torch.cat(self, dim=-1)


class LatentModel(nn.Module):
    def __init__(self, n_obs, n_act, h=128, classes=16, groups=8):
        super().__init__()
        self.h_size, self.groups, self.classes = h, groups, classes
        self.z_size = groups * classes
        self.n_act = n_act
        self.embed = nn.Sequential(nn.Linear(n_obs, 128), nn.SiLU())
        self.cell = nn.GRUCell(self.z_size + n_act, h)
        self.post = nn.Linear(h + 128, self.z_size)
        self.policy = nn.Sequential(nn.Linear(h + self.z_size, 128), nn.SiLU(), nn.Linear(128, n_act))

    def start(self, batch=1):
        return Latent(torch.zeros(batch, self.h_size), torch.zeros(batch, self.z_size))

    def filter(self, latent, action, obs):
        h = self.cell(torch.cat([latent.z, action], -1), latent.h)
        logits = self.post(torch.cat([h, self.embed(obs)], -1)).view(-1, self.groups, self.classes)
        z = torch.distributions.OneHotCategorical(logits=logits).sample().flatten(1)
        return Latent(h, z)
