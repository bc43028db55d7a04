import torch
import torch.nn as nn
from torch.distributions import Categorical


class Base(nn.Module):
    def __init__(self, n_in, hid):
        super().__init__()
        self.mlp = nn.Sequential(nn.LayerNorm(n_in), nn.Linear(n_in, hid), nn.Tanh())
        self.rnn = nn.GRU(hid, hid)
        self.hid = hid

    def run(self, x, h):
        """x [T, N, n_in], h [1, N, hid]"""
        return self.rnn(self.mlp(x), h)


class RActor(Base):
    def __init__(self, n_in, n_act, hid=64):
        super().__init__(n_in, hid)
        self.head = nn.Linear(hid, n_act)

    def forward(self, x, h):
        y, h = self.run(x, h)
        return Categorical(logits=self.head(y)), h


class RCritic(Base):
    def __init__(self, n_in, hid=64):
        super().__init__(n_in, hid)
        self.head = nn.Linear(hid, 1)

    def forward(self, s, h):
        y, h = self.run(s, h)
        return self.head(y).squeeze(-1), h


class RMAPPO:
    def __init__(self, obs_dim, n_act, n_agents, lr=5e-4):
        self.actor = RActor(obs_dim, n_act)
        self.critic = RCritic(obs_dim * n_agents)
        self.opt = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr, eps=1e-5)

    def train(self, buf, epochs=5, clip=0.2, ent_w=0.01):
        for _ in range(epochs):
            dist, _ = self.actor(buf["obs"], buf["h_a"])
            val, _ = self.critic(buf["share"], buf["h_c"])
            ratio = (dist.log_prob(buf["act"]) - buf["logp"]).exp()
            adv = (buf["adv"] - buf["adv"].mean()) / (buf["adv"].std() + 1e-5)
            pg = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
            loss = pg + nn.functional.huber_loss(val, buf["ret"], delta=10.0) - ent_w * dist.entropy().mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.actor.parameters(), 10)
            nn.utils.clip_grad_norm_(self.critic.parameters(), 10)
            self.opt.step()
