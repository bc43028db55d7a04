import torch
import torch.nn as nn


class World(nn.Module):
    """Deterministic-path RSSM with categorical latents (one group)."""

    def __init__(self, n_obs=4, n_act=3, deter=96, cats=16):
        super().__init__()
        self.deter, self.cats, self.n_act = deter, cats, n_act
        self.gru = nn.GRUCell(cats + n_act, deter)
        self.prior = nn.Linear(deter, cats)
        self.post = nn.Linear(deter + n_obs, cats)
        self.obs_head = nn.Linear(deter + cats, n_obs)
        self.rew_head = nn.Linear(deter + cats, 1)

    @property
    def feat_dim(self):
        return self.deter + self.cats

    def zero(self, n):
        return torch.zeros(n, self.deter), torch.zeros(n, self.cats)

    def _sample(self, logits):
        probs = logits.softmax(-1)
        one = nn.functional.one_hot(torch.multinomial(probs, 1)[:, 0], self.cats).float()
        return one + probs - probs.detach()

    def step(self, latent, act, obs=None):
        d, z = latent
        d = self.gru(torch.cat([z, act], -1), d)
        prior = self.prior(d)
        logits = prior if obs is None else self.post(torch.cat([d, obs], -1))
        return (d, self._sample(logits)), prior, logits


class Actor(nn.Module):
    def __init__(self, feat, n_act=3):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat, 64), nn.SiLU(), nn.Linear(64, n_act))

    def forward(self, latent):
        return self.net(torch.cat(latent, -1))
