from __future__ import annotations

import torch
from torch import Tensor, nn


class BatchModel(nn.Module):
    """Recurrent state-space model of a batch reactor together with its actor head."""

    def __init__(self, n_obs: int = 3, n_act: int = 2, h: int = 48, z: int = 6) -> None:
        super().__init__()
        self.h, self.z, self.n_act = h, z, n_act
        self.trans = nn.GRUCell(z + n_act, h)
        self.prior = nn.Linear(h, 2 * z)
        self.enc = nn.Sequential(nn.Linear(h + n_obs, 64), nn.Tanh(), nn.Linear(64, 2 * z))
        self.dec = nn.Sequential(nn.Linear(h + z, 64), nn.Tanh(), nn.Linear(64, n_obs))
        self.actor = nn.Sequential(nn.Linear(h + z, 64), nn.Tanh(), nn.Linear(64, n_act), nn.Tanh())

    def filter(self, h: Tensor, z: Tensor, act: Tensor, obs: Tensor):
        h = self.trans(torch.cat([z, act], -1), h)
        mean, logs = self.enc(torch.cat([h, obs], -1)).chunk(2, -1)
        return h, mean, logs

    def elbo(self, obs: Tensor, act: Tensor) -> Tensor:
        h, z = obs.new_zeros(obs.shape[0], self.h), obs.new_zeros(obs.shape[0], self.z)
        loss = obs.new_zeros(())
        for t in range(obs.shape[1]):
            h, mean, logs = self.filter(h, z, act[:, t], obs[:, t])
            z = mean + logs.exp() * torch.randn_like(mean)
            pm, pl = self.prior(h).chunk(2, -1)
            kl = pl - logs + ((2 * logs).exp() + (mean - pm) ** 2) / (2 * (2 * pl).exp()) - 0.5
            rec = (self.dec(torch.cat([h, z], -1)) - obs[:, t]) ** 2
            loss = loss + rec.sum(-1).mean() + 0.1 * kl.sum(-1).mean()
        return loss / obs.shape[1]
