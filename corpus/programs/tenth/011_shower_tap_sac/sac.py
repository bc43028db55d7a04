import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


class Actor(nn.Module):
    def __init__(self, obs_dim=2, act_dim=1, hidden=64):
        super().__init__()
        self.gru = nn.GRU(obs_dim, hidden, batch_first=True)
        self.mean = nn.Linear(hidden, act_dim)
        self.log_std = nn.Linear(hidden, act_dim)

    def forward(self, obs, h=None):
        z, h = self.gru(obs, h)
        std = self.log_std(z).clamp(-5, 1).exp()
        dist = torch.distributions.Normal(self.mean(z), std)
        u = dist.rsample()
        a = torch.tanh(u)
        logp = dist.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)
        return a, logp.sum(-1, keepdim=True), h


def q_net():
    return nn.Sequential(nn.Linear(2 + 1, 128), nn.ReLU(), nn.Linear(128, 1))


class SAC:
    def __init__(self, lr=3e-4, alpha=0.1, gamma=0.98, tau=0.01):
        self.alpha, self.gamma, self.tau = alpha, gamma, tau
        self.actor = Actor()
        self.q1, self.q2 = q_net(), q_net()
        self.t1, self.t2 = copy.deepcopy(self.q1), copy.deepcopy(self.q2)
        self.acting = copy.deepcopy(self.actor)
        self.pi_opt = torch.optim.Adam(self.actor.parameters(), lr)
        self.q_opt = torch.optim.Adam([*self.q1.parameters(), *self.q2.parameters()], lr)
        self.h = None
        self.remember()

    def remember(self):
        nets = {"actor": self.actor, "q1": self.q1, "q2": self.q2}
        self.good = {k: copy.deepcopy(n.state_dict()) for k, n in nets.items()}

    def recover(self):
        self.actor.load_state_dict(self.good["actor"])
        self.acting.load_state_dict(self.good["actor"])
        for net, target, key in ((self.q1, self.t1, "q1"), (self.q2, self.t2, "q2")):
            net.load_state_dict(self.good[key])
            target.load_state_dict(self.good[key])

    def begin_episode(self):
        self.acting.load_state_dict(self.actor.state_dict())
        self.h = None

    @torch.no_grad()
    def act(self, obs):
        a, _, self.h = self.acting(torch.from_numpy(obs).view(1, 1, -1), self.h)
        return a.item()

    def update(self, obs, act, rew, nxt):
        """All arguments are batches of whole episodes, (B, T, ...)."""
        with torch.no_grad():
            a2, logp2, _ = self.actor(nxt)
            sa2 = torch.cat([nxt, a2], -1)
            y = rew + self.gamma * (torch.min(self.t1(sa2), self.t2(sa2)) - self.alpha * logp2)
        sa = torch.cat([obs, act], -1)
        q_loss = F.mse_loss(self.q1(sa), y) + F.mse_loss(self.q2(sa), y)
        self.q_opt.zero_grad()
        q_loss.backward()
        self.q_opt.step()
        a, logp, _ = self.actor(obs)
        sa = torch.cat([obs, a], -1)
        pi_loss = (self.alpha * logp - torch.min(self.q1(sa), self.q2(sa))).mean()
        self.pi_opt.zero_grad()
        pi_loss.backward()
        self.pi_opt.step()
        for net, target in ((self.q1, self.t1), (self.q2, self.t2)):
            for p, tp in zip(net.parameters(), target.parameters()):
                tp.data.lerp_(p.data, self.tau)
        return q_loss.item(), pi_loss.item()
