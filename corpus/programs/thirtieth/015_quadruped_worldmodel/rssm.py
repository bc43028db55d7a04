import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Independent, Normal, kl_divergence


class RSSM(nn.Module):
    def __init__(self, obs_dim, act_dim, deter=128, stoch=24):
        super().__init__()
        self.deter_dim, self.stoch_dim = deter, stoch
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 128), nn.ELU())
        self.pre = nn.Linear(stoch + act_dim, 128)
        self.cell = nn.GRUCell(128, deter)
        self.prior_net = nn.Linear(deter, 2 * stoch)
        self.post_net = nn.Linear(deter + 128, 2 * stoch)
        self.decoder = nn.Sequential(nn.Linear(deter + stoch, 128), nn.ELU(), nn.Linear(128, obs_dim))
        self.reward = nn.Linear(deter + stoch, 1)

    def initial(self, n):
        p = self.reward.weight
        return {"deter": p.new_zeros(n, self.deter_dim), "stoch": p.new_zeros(n, self.stoch_dim)}

    def _dist(self, x):
        mean, std = x.chunk(2, -1)
        return Independent(Normal(mean, F.softplus(std) + 0.1), 1)

    def img_step(self, prev, action):
        x = F.elu(self.pre(torch.cat([prev["stoch"], action], -1)))
        deter = self.cell(x, prev["deter"])
        prior = self._dist(self.prior_net(deter))
        return {"deter": deter, "stoch": prior.rsample()}, prior

    def obs_step(self, prev, action, obs):
        imagined, prior = self.img_step(prev, action)
        post = self._dist(self.post_net(torch.cat([imagined["deter"], self.encoder(obs)], -1)))
        return {"deter": imagined["deter"], "stoch": post.rsample()}, prior, post

    @staticmethod
    def feat(s):
        return torch.cat([s["deter"], s["stoch"]], -1)

    def loss(self, obs, act, rew, first, kl_free=1.0):
        # obs[t] was seen after act[t]; all (T, B, ...)
        s, total = self.initial(obs.shape[1]), 0.0
        feats = []
        for o, a, r, begin in zip(obs, act, rew, first):
            s = {k: v * (1.0 - begin).unsqueeze(-1) for k, v in s.items()}
            s, prior, post = self.obs_step(s, a, o)
            f = self.feat(s)
            total = total + F.mse_loss(self.decoder(f), o, reduction="none").sum(-1).mean()
            total = total + F.mse_loss(self.reward(f).squeeze(-1), r)
            total = total + kl_divergence(post, prior).mean().clamp(min=kl_free)
            feats.append({k: v.detach() for k, v in s.items()})
        return total / len(obs), feats
