import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence


def mlp(i, o, h=64):
    return nn.Sequential(nn.Linear(i, h), nn.ELU(), nn.Linear(h, o))


class RSSM(nn.Module):
    def __init__(self, obs=4, act=3, deter=64, stoch=12):
        super().__init__()
        self.act, self.deter, self.stoch = act, deter, stoch
        self.enc = mlp(obs, 32)
        self.pre = nn.Linear(stoch + act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.prior_net = mlp(deter, 2 * stoch)
        self.post_net = mlp(deter + 32, 2 * stoch)
        self.dec = mlp(deter + stoch, obs)
        self.rew = mlp(deter + stoch, 1)

    def initial(self, n):
        return torch.zeros(n, self.deter), torch.zeros(n, self.stoch)

    def normal(self, x):
        m, s = x.chunk(2, -1)
        return Normal(m, F.softplus(s) + 0.1)

    def imagine(self, state, action):
        h = self.cell(F.elu(self.pre(torch.cat([state[1], action], -1))), state[0])
        prior = self.normal(self.prior_net(h))
        return (h, prior.rsample()), prior

    def observe(self, state, action, obs):
        (h, _), prior = self.imagine(state, action)
        post = self.normal(self.post_net(torch.cat([h, self.enc(obs)], -1)))
        return (h, post.rsample()), prior, post

    def loss(self, obs, act, rew):
        """obs [T,B,...], act[t] is the action before obs[t]"""
        state, total, states = self.initial(obs.shape[1]), 0.0, []
        for t in range(obs.shape[0]):
            state, prior, post = self.observe(state, act[t], obs[t])
            f = torch.cat(state, -1)
            kl = kl_divergence(post, prior).sum(-1).clamp(min=1.0).mean()
            total = total + F.mse_loss(self.dec(f), obs[t]) + F.mse_loss(self.rew(f)[:, 0], rew[t]) + kl
            states.append(tuple(s.detach() for s in state))
        return total / obs.shape[0], tuple(torch.cat(s) for s in zip(*states))


class Pilot(nn.Module):
    def __init__(self, feat=76, act=3):
        super().__init__()
        self.pi = mlp(feat, act)
        self.v = mlp(feat, 1)

    def forward(self, state):
        return torch.distributions.OneHotCategorical(logits=self.pi(torch.cat(state, -1)))

    def value(self, state):
        return self.v(torch.cat(state, -1))[:, 0]
