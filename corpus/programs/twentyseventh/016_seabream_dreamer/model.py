import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

OBS, ACT, H, Z = 5, 1, 96, 16


def gauss(x):
    m, s = x.chunk(2, dim=-1)
    return Normal(m, F.softplus(s) + 0.1)


class WorldModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(Z + ACT, H)
        self.prior = nn.Linear(H, 2 * Z)
        self.post = nn.Linear(H + OBS, 2 * Z)
        self.decode = nn.Sequential(nn.Linear(H + Z, 64), nn.ELU(), nn.Linear(64, OBS))
        self.reward = nn.Sequential(nn.Linear(H + Z, 64), nn.ELU(), nn.Linear(64, 1))

    def start(self, n):
        return torch.zeros(n, H), torch.zeros(n, Z)

    def step(self, hz, a, o=None):
        h, z = hz
        h = self.cell(torch.cat([z, a], -1), h)
        prior = gauss(self.prior(h))
        post = gauss(self.post(torch.cat([h, o], -1))) if o is not None else None
        z = (post or prior).rsample()
        return (h, z), prior, post

    def loss(self, obs, act, rew):
        """obs [B,T,5], act [B,T,1] (the action before the observation), rew [B,T]."""
        hz, total = self.start(obs.shape[0]), 0.0
        for t in range(obs.shape[1]):
            hz, prior, post = self.step(hz, act[:, t], obs[:, t])
            f = torch.cat(hz, -1)
            total = total + F.mse_loss(self.decode(f), obs[:, t]) \
                + F.mse_loss(self.reward(f).squeeze(-1), rew[:, t]) \
                + 0.1 * kl_divergence(post, prior).sum(-1).clamp(min=1.0).mean()
        return total / obs.shape[1]


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(H + Z, 64), nn.ELU(), nn.Linear(64, 2))

    def forward(self, hz):
        return gauss(self.net(torch.cat(hz, -1)))
