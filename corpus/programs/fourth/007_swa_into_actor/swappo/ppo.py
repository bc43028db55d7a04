import torch
from torch import nn


class RecurrentGaussianPolicy(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden):
        super().__init__()
        self.pre = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.gru = nn.GRUCell(hidden, hidden)
        self.mean = nn.Linear(hidden, act_dim)
        self.value = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))
        self.hidden = hidden

    def forward(self, obs, h, start):
        h = h * (1.0 - start).unsqueeze(-1)
        h = self.gru(self.pre(obs), h)
        return torch.distributions.Normal(self.mean(h), self.log_std.exp()), self.value(h).squeeze(-1), h

    def unroll(self, obs, h, starts):
        means, values = [], []
        for o, s in zip(obs, starts):
            d, v, h = self(o, h, s)
            means.append(d.mean)
            values.append(v)
        return torch.distributions.Normal(torch.stack(means), self.log_std.exp()), torch.stack(values)


class Learner:
    def __init__(self, policy, cfg):
        self.policy, self.cfg = policy, cfg
        self.new_optimizer(cfg.lr)

    def new_optimizer(self, lr):
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)

    def step(self, b):
        adv, ret = self._gae(b)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        kl = 0.0
        for _ in range(self.cfg.epochs):
            dist, value = self.policy.unroll(b["obs"], b["h0"], b["starts"])
            logp = dist.log_prob(b["act"]).sum(-1)
            ratio = (logp - b["logp"]).exp()
            clipped = ratio.clamp(1 - self.cfg.clip, 1 + self.cfg.clip)
            loss = -torch.min(ratio * adv, clipped * adv).mean() + 0.5 * (value - ret).pow(2).mean()
            loss = loss - self.cfg.ent * dist.entropy().sum(-1).mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
            self.opt.step()
            kl = float((b["logp"] - logp).mean())
        return {"kl": kl}

    def _gae(self, b):
        adv = torch.zeros_like(b["rew"])
        last, nxt = 0.0, b["boot"]
        for t in reversed(range(len(adv))):
            live = 1.0 - b["done"][t]
            delta = b["rew"][t] + self.cfg.gamma * live * nxt - b["val"][t]
            last = adv[t] = delta + self.cfg.gamma * self.cfg.lam * live * last
            nxt = b["val"][t]
        return adv, adv + b["val"]
