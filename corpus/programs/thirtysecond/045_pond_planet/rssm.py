import torch
import torch.nn as nn
from torch.distributions import Normal, kl_divergence


class PondModel(nn.Module):
    def __init__(self, obs=2, act=1, deter=64, stoch=8, hid=64):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, hid)
        self.gru = nn.GRUCell(hid, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, hid), nn.ELU(), nn.Linear(hid, 2 * stoch))
        self.post_net = nn.Sequential(nn.Linear(deter + obs, hid), nn.ELU(), nn.Linear(hid, 2 * stoch))
        self.obs_dec = nn.Sequential(nn.Linear(deter + stoch, hid), nn.ELU(), nn.Linear(hid, obs))
        self.rew_dec = nn.Sequential(nn.Linear(deter + stoch, hid), nn.ELU(), nn.Linear(hid, 1))

    def initial(self, n):
        return torch.zeros(n, self.deter), torch.zeros(n, self.stoch)

    @staticmethod
    def _dist(stats):
        mean, std = stats.chunk(2, -1)
        return Normal(mean, nn.functional.softplus(std) + 0.1)

    def imagine(self, belief, act):
        h, s = belief
        h = self.gru(torch.relu(self.inp(torch.cat([s, act], -1))), h)
        prior = self._dist(self.prior_net(h))
        return (h, prior.rsample()), prior

    def observe(self, belief, act, obs):
        (h, _), prior = self.imagine(belief, act)
        post = self._dist(self.post_net(torch.cat([h, obs], -1)))
        return (h, post.rsample()), prior, post

    def reward(self, belief):
        return self.rew_dec(torch.cat(belief, -1)).squeeze(-1)

    def loss(self, obs, act, rew):
        """obs [B,T,O]; act[:, t] led to obs[:, t]; rew[:, t] came with it."""
        belief, total = self.initial(obs.shape[0]), 0.0
        for t in range(obs.shape[1]):
            belief, prior, post = self.observe(belief, act[:, t], obs[:, t])
            feat = torch.cat(belief, -1)
            total = total + (self.obs_dec(feat) - obs[:, t]).pow(2).sum(-1).mean()
            total = total + (self.rew_dec(feat).squeeze(-1) - rew[:, t]).pow(2).mean()
            total = total + kl_divergence(post, prior).sum(-1).clamp(min=1.0).mean()
        return total / obs.shape[1]
