import torch
import torch.nn as nn
import torch.nn.functional as F


class RSSM(nn.Module):
    """Deterministic path (GRU) plus a Gaussian latent, with decoder and reward heads."""

    def __init__(self, obs_dim, act_dim, deter=64, stoch=16):
        super().__init__()
        self.deter, self.stoch, self.act_dim = deter, stoch, act_dim
        self.cell = nn.GRUCell(stoch + act_dim, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + obs_dim, 2 * stoch)
        self.decoder = nn.Linear(deter + stoch, obs_dim)
        self.reward = nn.Linear(deter + stoch, 1)

    def initial(self, batch):
        return torch.zeros(batch, self.deter), torch.zeros(batch, self.stoch)

    @staticmethod
    def gauss(stats):
        mean, std = stats.chunk(2, -1)
        return torch.distributions.Normal(mean, F.softplus(std) + 0.1)

    def imagine_step(self, state, action):
        h, z = state
        h = self.cell(torch.cat([z, action], -1), h)
        prior = self.gauss(self.prior(h))
        return (h, prior.rsample()), prior

    def observe_step(self, state, action, obs):
        (h, _), prior = self.imagine_step(state, action)
        post = self.gauss(self.post(torch.cat([h, obs], -1)))
        return (h, post.rsample()), prior, post

    def loss(self, obs, actions, rewards):
        state, total = self.initial(obs.shape[1]), 0.0
        for o, a, r in zip(obs, actions, rewards):
            state, prior, post = self.observe_step(state, a, o)
            feat = torch.cat(state, -1)
            kl = torch.distributions.kl_divergence(post, prior).sum(-1).clamp(min=0.5)
            rec = (self.decoder(feat) - o).pow(2).sum(-1) + (self.reward(feat).squeeze(-1) - r).pow(2)
            total = total + (rec + 0.1 * kl).mean()
        return total / len(obs)
