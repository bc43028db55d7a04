from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence


@dataclass(frozen=True)
class Latent:
    deter: Tensor
    stoch: Tensor

    @property
    def features(self) -> Tensor:
        return torch.cat([self.deter, self.stoch], -1)

    def detach(self) -> "Latent":
        return replace(self, deter=self.deter.detach(), stoch=self.stoch.detach())


class RSSM(nn.Module):
    def __init__(self, obs: int, act: int, deter: int = 128, stoch: int = 16) -> None:
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Sequential(nn.Linear(deter + obs, 128), nn.ELU(), nn.Linear(128, 2 * stoch))
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, 128), nn.ELU(), nn.Linear(128, obs))
        self.reward = nn.Sequential(nn.Linear(deter + stoch, 64), nn.ELU(), nn.Linear(64, 1))

    def initial(self, n: int) -> Latent:
        return Latent(torch.zeros(n, self.deter), torch.zeros(n, self.stoch))

    @staticmethod
    def _normal(params: Tensor) -> Normal:
        mean, raw = params.chunk(2, -1)
        return Normal(mean, nn.functional.softplus(raw) + 0.1)

    def imagine(self, prev: Latent, action: Tensor) -> tuple[Latent, Normal]:
        h = self.cell(nn.functional.elu(self.inp(torch.cat([prev.stoch, action], -1))), prev.deter)
        prior = self._normal(self.prior_net(h))
        return Latent(h, prior.rsample()), prior

    def observe(self, prev: Latent, action: Tensor, obs: Tensor) -> tuple[Latent, Normal, Normal]:
        nxt, prior = self.imagine(prev, action)
        post = self._normal(self.post_net(torch.cat([nxt.deter, obs], -1)))
        return Latent(nxt.deter, post.rsample()), prior, post


class Actor(nn.Module):
    def __init__(self, feat: int, act: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat, 128), nn.ELU(), nn.Linear(128, 128), nn.ELU(), nn.Linear(128, act))

    def forward(self, feat: Tensor, noise: float = 0.0) -> Tensor:
        a = torch.tanh(self.net(feat))
        return (a + noise * torch.randn_like(a)).clamp(-1, 1)


def sequence_loss(model: RSSM, obs: Tensor, act: Tensor, rew: Tensor) -> tuple[Tensor, list[Latent]]:
    """obs (T, B, O); act[t] led to obs[t]."""
    state, loss, states = model.initial(obs.shape[1]), torch.zeros(()), []
    for o, a, r in zip(obs, act, rew):
        state, prior, post = model.observe(state, a, o)
        recon = (model.decoder(state.features) - o).pow(2).sum(-1).mean()
        rloss = (model.reward(state.features).squeeze(-1) - r).pow(2).mean()
        kl = kl_divergence(post, prior).sum(-1).clamp(min=1.0).mean()
        loss = loss + recon + rloss + 0.5 * kl
        states.append(state)
    return loss / len(obs), states
