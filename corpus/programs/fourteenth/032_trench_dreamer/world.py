import torch
from torch import nn
from torch.distributions import Independent, Normal, kl_divergence
import torch.nn.functional as F


class WorldModel(nn.Module):
    def __init__(self, n_obs, n_act, h=160, z=24):
        super().__init__()
        self.h, self.z = h, z
        self.enc = nn.Sequential(nn.Linear(n_obs, 160), nn.SiLU())
        self.inp = nn.Sequential(nn.Linear(z + n_act, 160), nn.SiLU())
        self.gru = nn.GRUCell(160, h)
        self.prior_net = nn.Linear(h, 2 * z)
        self.post_net = nn.Linear(h + 160, 2 * z)
        self.dec = nn.Sequential(nn.Linear(h + z, 160), nn.SiLU(), nn.Linear(160, n_obs))
        self.rew = nn.Linear(h + z, 1)
        self.policy = nn.Sequential(nn.Linear(h + z, 160), nn.SiLU(), nn.Linear(160, n_act), nn.Tanh())
        self.value = nn.Sequential(nn.Linear(h + z, 160), nn.SiLU(), nn.Linear(160, 1))

    def start(self, n):
        dev = next(self.parameters()).device
        return torch.zeros(n, self.h, device=dev), torch.zeros(n, self.z, device=dev)

    def _dist(self, x):
        mean, raw = x.chunk(2, -1)
        return Independent(Normal(mean, F.softplus(raw) + 0.1), 1)

    def observe(self, hz, act, obs):
        h, z = hz
        h = self.gru(self.inp(torch.cat([z, act], -1)), h)
        prior = self._dist(self.prior_net(h))
        post = self._dist(self.post_net(torch.cat([h, self.enc(obs)], -1)))
        return (h, post.rsample()), prior, post

    def imagine(self, hz, act):
        h, z = hz
        h = self.gru(self.inp(torch.cat([z, act], -1)), h)
        return h, self._dist(self.prior_net(h)).rsample()

    def loss(self, obs, act, rew, horizon=12):
        B, T, _ = obs.shape
        hz, total = self.start(B), 0.0
        for t in range(T):
            hz, prior, post = self.observe(hz, act[:, t], obs[:, t])
            feat = torch.cat(hz, -1)
            total = total + F.mse_loss(self.dec(feat), obs[:, t]) + F.mse_loss(self.rew(feat).squeeze(-1), rew[:, t])
            total = total + 0.1 * kl_divergence(post, prior).clamp(min=1.0).mean()
        hz, ret, disc = tuple(x.detach() for x in hz), 0.0, 1.0
        for _ in range(horizon):
            hz = self.imagine(hz, self.policy(torch.cat(hz, -1)))
            ret = ret + disc * self.rew(torch.cat(hz, -1)).mean()
            disc *= 0.97
        return total / T - 0.05 * ret
