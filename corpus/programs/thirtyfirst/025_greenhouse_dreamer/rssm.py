"""Small recurrent state space model for tabular climate readings."""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Belief:
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self) -> torch.Tensor:
        return torch.cat([self.deter, self.stoch], dim=-1)


class WorldModel(nn.Module):
    def __init__(self, n_obs: int, n_act: int, deter: int = 128, stoch: int = 24, width: int = 128):
        super().__init__()
        self.deter_size = deter
        self.stoch_size = stoch
        self.encoder = nn.Sequential(nn.Linear(n_obs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.mix = nn.Linear(stoch + n_act, width)
        self.cell = nn.GRUCell(width, deter)
        self.prior_head = nn.Sequential(nn.Linear(deter, width), nn.SiLU(), nn.Linear(width, 2 * stoch))
        self.post_head = nn.Sequential(nn.Linear(deter + width, width), nn.SiLU(), nn.Linear(width, 2 * stoch))
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, width), nn.SiLU(), nn.Linear(width, n_obs))
        self.reward = nn.Sequential(nn.Linear(deter + stoch, width), nn.SiLU(), nn.Linear(width, 1))

    def blank(self, n: int = 1) -> Belief:
        dev = self.mix.weight.device
        return Belief(torch.zeros(n, self.deter_size, device=dev), torch.zeros(n, self.stoch_size, device=dev))

    @staticmethod
    def _dist(stats: torch.Tensor) -> torch.distributions.Normal:
        mean, raw = stats.chunk(2, dim=-1)
        return torch.distributions.Normal(mean, F.softplus(raw) + 0.1)

    def imagine(self, belief: Belief, action: torch.Tensor):
        x = F.silu(self.mix(torch.cat([belief.stoch, action], -1)))
        deter = self.cell(x, belief.deter)
        prior = self._dist(self.prior_head(deter))
        return Belief(deter, prior.rsample()), prior

    def observe(self, belief: Belief, action: torch.Tensor, obs: torch.Tensor):
        x = F.silu(self.mix(torch.cat([belief.stoch, action], -1)))
        deter = self.cell(x, belief.deter)
        prior = self._dist(self.prior_head(deter))
        post = self._dist(self.post_head(torch.cat([deter, self.encoder(obs)], -1)))
        return Belief(deter, post.rsample()), post, prior


class ClimateActor(nn.Module):
    def __init__(self, feat: int, n_act: int, width: int = 128):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(feat, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.out = nn.Linear(width, n_act)

    def forward(self, feat: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.out(self.body(feat)))
