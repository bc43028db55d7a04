from typing import NamedTuple, Optional

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence


class Belief(NamedTuple):
    deter: Tensor
    stoch: Tensor


def gauss(out: Tensor) -> Normal:
    mean, std = out.chunk(2, -1)
    return Normal(mean, nn.functional.softplus(std) + 0.05)


class RSSM(nn.Module):
    def __init__(self, n_obs: int, n_act: int, deter: int = 64, stoch: int = 8):
        super().__init__()
        self.sizes = (deter, stoch)
        self.n_act = n_act
        self.pre = nn.Linear(stoch + n_act, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, 64), nn.ELU(), nn.Linear(64, 2 * stoch))
        self.post_net = nn.Sequential(nn.Linear(deter + n_obs, 64), nn.ELU(), nn.Linear(64, 2 * stoch))
        self.dec = nn.Sequential(nn.Linear(deter + stoch, 64), nn.ELU(), nn.Linear(64, n_obs))
        self.rew = nn.Sequential(nn.Linear(deter + stoch, 64), nn.ELU(), nn.Linear(64, 1))

    def start(self, n: int) -> Belief:
        return Belief(torch.zeros(n, self.sizes[0]), torch.zeros(n, self.sizes[1]))

    def imagine(self, b: Belief, act: Tensor):
        deter = self.gru(torch.relu(self.pre(torch.cat([b.stoch, act], -1))), b.deter)
        prior = gauss(self.prior_net(deter))
        return Belief(deter, prior.rsample()), prior

    def observe(self, b: Belief, act: Tensor, obs: Tensor):
        nxt, prior = self.imagine(b, act)
        post = gauss(self.post_net(torch.cat([nxt.deter, obs], -1)))
        return Belief(nxt.deter, post.rsample()), prior, post

    def filter(self, acts: Tensor, obs: Tensor, b: Optional[Belief] = None) -> Belief:
        """acts, obs: (T, N, .)"""
        b = self.start(obs.shape[1]) if b is None else b
        for a, o in zip(acts, obs):
            b, _, _ = self.observe(b, a, o)
        return b

    def loss(self, acts: Tensor, obs: Tensor, rew: Tensor) -> Tensor:
        b, total = self.start(obs.shape[1]), 0.0
        for a, o, r in zip(acts, obs, rew):
            b, prior, post = self.observe(b, a, o)
            f = torch.cat(b, -1)
            total = total + (self.dec(f) - o).pow(2).sum(-1).mean() + (self.rew(f)[:, 0] - r).pow(2).mean()
            total = total + kl_divergence(post, prior).sum(-1).clamp(min=1.0).mean()
        return total / len(obs)
