from collections import deque

import torch
import torch.nn as nn
from torch.distributions import Categorical

from lifts import LiftBank


class LiftNet(nn.Module):
    def __init__(self, obs_dim, n_actions, size=128):
        super().__init__()
        self.size = size
        self.enc = nn.Sequential(nn.Linear(obs_dim, size), nn.Tanh())
        self.lstm = nn.LSTM(size, size)
        self.actor = nn.Linear(size, n_actions)
        self.critic = nn.Linear(size, 1)

    def forward(self, obs, carry, fresh):
        """obs (T, N, d), fresh (T, N): 1 where a new shift begins"""
        feats = self.enc(obs)
        outs = []
        for x, f in zip(feats, fresh):
            keep = (1.0 - f).view(1, -1, 1)
            y, carry = self.lstm(x.unsqueeze(0), (carry[0] * keep, carry[1] * keep))
            outs.append(y)
        y = torch.cat(outs)
        return self.actor(y), self.critic(y).squeeze(-1), carry


class Member:
    def __init__(self, ident, hypers, n_envs=16, horizon=128):
        self.ident, self.hypers, self.horizon = ident, dict(hypers), horizon
        self.env = LiftBank(n_envs, seed=ident)
        self.net = LiftNet(self.env.obs_dim, self.env.n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=hypers["lr"], eps=1e-5)
        self.obs = self.env.reset()
        self.fresh = torch.ones(n_envs)
        self.carry = (torch.zeros(1, n_envs, self.net.size), torch.zeros(1, n_envs, self.net.size))
        self.rewards = deque(maxlen=20)

    @property
    def fitness(self):
        return sum(self.rewards) / max(len(self.rewards), 1)

    @torch.no_grad()
    def gather(self):
        start = self.carry
        rows = []
        for _ in range(self.horizon):
            logits, value, self.carry = self.net(self.obs.unsqueeze(0), self.carry, self.fresh.unsqueeze(0))
            pi = Categorical(logits=logits[0])
            a = pi.sample()
            obs, r, done = self.env.step(a)
            rows.append((self.obs, self.fresh, a, pi.log_prob(a), value[0], r, done))
            self.obs, self.fresh = obs, done
        last = self.net(self.obs.unsqueeze(0), self.carry, self.fresh.unsqueeze(0))[1][0]
        obs, fresh, acts, logps, values, rews, dones = (torch.stack(c) for c in zip(*rows))
        self.rewards.append(rews.mean().item())
        adv = torch.zeros_like(rews)
        run, nxt = torch.zeros_like(last), last
        for t in reversed(range(self.horizon)):
            delta = rews[t] + self.hypers["gamma"] * nxt * (1 - dones[t]) - values[t]
            run = delta + self.hypers["gamma"] * 0.95 * (1 - dones[t]) * run
            adv[t], nxt = run, values[t]
        return start, obs, fresh, acts, logps, adv, adv + values

    def learn(self, epochs=3):
        start, obs, fresh, acts, logps, adv, ret = self.gather()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(epochs):
            logits, values, _ = self.net(obs, start, fresh)
            pi = Categorical(logits=logits)
            ratio = (pi.log_prob(acts) - logps).exp()
            clip = self.hypers["clip"]
            pg = torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
            loss = -pg + 0.5 * (values - ret).pow(2).mean() - self.hypers["entropy"] * pi.entropy().mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()

    def inherit(self, other):
        self.net.load_state_dict(other.net.state_dict())
        self.opt.load_state_dict(other.opt.state_dict())
        self.hypers = dict(other.hypers)
        self.rewards = deque(other.rewards, maxlen=20)

    def set_lr(self, lr):
        for g in self.opt.param_groups:
            g["lr"] = lr
