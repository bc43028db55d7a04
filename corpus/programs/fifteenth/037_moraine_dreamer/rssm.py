from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence


@dataclass
class Belief:
    deter: Tensor
    stoch: Tensor

    @property
    def feat(self) -> Tensor:
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, deter: int = 64, stoch: int = 12):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.cell = nn.GRUCell(stoch + act_dim, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Sequential(nn.Linear(deter + obs_dim, 64), nn.ELU(), nn.Linear(64, 2 * stoch))

    def initial(self, n: int) -> Belief:
        return Belief(torch.zeros(n, self.deter), torch.zeros(n, self.stoch))

    @staticmethod
    def _dist(x: Tensor) -> Normal:
        mean, raw = x.chunk(2, -1)
        return Normal(mean, nn.functional.softplus(raw) + 0.1)

    def imagine(self, b: Belief, act: Tensor):
        h = self.cell(torch.cat([b.stoch, act], -1), b.deter)
        prior = self._dist(self.prior_net(h))
        return Belief(h, prior.rsample()), prior

    def observe(self, b: Belief, act: Tensor, obs: Tensor):
        h = self.cell(torch.cat([b.stoch, act], -1), b.deter)
        prior = self._dist(self.prior_net(h))
        post = self._dist(self.post_net(torch.cat([h, obs], -1)))
        return Belief(h, post.rsample()), prior, post


class WorldModel(nn.Module):
    def __init__(self, obs_dim: int, act_dim: int):
        super().__init__()
        self.rssm = RSSM(obs_dim, act_dim)
        feat = self.rssm.deter + self.rssm.stoch
        self.decoder = nn.Sequential(nn.Linear(feat, 64), nn.ELU(), nn.Linear(64, obs_dim))
        self.reward = nn.Sequential(nn.Linear(feat, 64), nn.ELU(), nn.Linear(64, 1))
        self.feat = feat

    def loss(self, obs: Tensor, prev_act: Tensor, rew: Tensor):
        b, total, beliefs = self.rssm.initial(obs.shape[1]), 0.0, []
        for o, a, r in zip(obs, prev_act, rew):
            b, prior, post = self.rssm.observe(b, a, o)
            beliefs.append(b)
            total = total + (self.decoder(b.feat) - o).pow(2).sum(-1).mean()
            total = total + (self.reward(b.feat).squeeze(-1) - r).pow(2).mean()
            total = total + 0.5 * kl_divergence(post, prior).sum(-1).clamp(min=0.5).mean()
        return total / len(obs), beliefs
