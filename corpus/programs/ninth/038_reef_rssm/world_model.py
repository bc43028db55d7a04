from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F


class Latent(NamedTuple):
    deter: torch.Tensor
    stoch: torch.Tensor

    def feat(self):
        return torch.cat([self.deter, self.stoch.flatten(1)], -1)


class WorldModel(nn.Module):
    """RSSM with categorical latents over the probes of a reef tank (pH, KH, Ca, temp, redox, light)."""

    def __init__(self, n_probe=6, n_action=9, deter=128, groups=8, classes=8):
        super().__init__()
        self.n_action, self.deter_size, self.groups, self.classes = n_action, deter, groups, classes
        stoch = groups * classes
        self.encoder = nn.Sequential(nn.Linear(n_probe, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU())
        self.mix = nn.Linear(stoch + n_action, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.posterior = nn.Sequential(nn.Linear(deter + 64, 64), nn.SiLU(), nn.Linear(64, stoch))
        self.prior = nn.Sequential(nn.Linear(deter, 64), nn.SiLU(), nn.Linear(64, stoch))
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, 64), nn.SiLU(), nn.Linear(64, n_probe))

    def start(self, batch=1):
        return Latent(torch.zeros(batch, self.deter_size), torch.zeros(batch, self.groups, self.classes))

    def _sample(self, logits):
        logits = logits.view(-1, self.groups, self.classes)
        probs = 0.99 * F.softmax(logits, -1) + 0.01 / self.classes
        return torch.distributions.OneHotCategorical(probs=probs).sample()

    def obs_step(self, latent, action, probes):
        x = F.silu(self.mix(torch.cat([latent.stoch.flatten(1), action], -1)))
        deter = self.gru(x, latent.deter)
        logits = self.posterior(torch.cat([deter, self.encoder(probes)], -1))
        return Latent(deter, self._sample(logits))

    def img_step(self, latent, action):
        x = F.silu(self.mix(torch.cat([latent.stoch.flatten(1), action], -1)))
        deter = self.gru(x, latent.deter)
        return Latent(deter, self._sample(self.prior(deter)))


class Doser(nn.Module):
    def __init__(self, feat, n_action=9):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat, 128), nn.SiLU(), nn.Linear(128, n_action))

    def forward(self, latent):
        return self.net(latent.feat())
