import copy

import torch
import torch.nn as nn


class CraneNet(nn.Module):
    def __init__(self, obs_dim, act_dim, hid=96):
        super().__init__()
        self.hid = hid
        self.fc = nn.Linear(obs_dim, hid)
        self.rnn = nn.GRUCell(hid, hid)
        self.mu = nn.Linear(hid, act_dim)
        self.log_std = nn.Parameter(torch.zeros(act_dim) - 0.7)
        self.v = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.rnn(torch.relu(self.fc(x)), h)
        return torch.distributions.Normal(self.mu(h), self.log_std.exp()), self.v(h).squeeze(-1), h


class CraneAgent:
    def __init__(self, obs_dim, act_dim, n_envs, lr=3e-4):
        self.net = CraneNet(obs_dim, act_dim)
        self.n_envs = n_envs
        self.lr = lr
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.best = copy.deepcopy(self.net.state_dict())
        self.h = None
        self.reset_memory()

    def reset_memory(self, done=None):
        if done is None:
            self.h = torch.zeros(self.n_envs, self.net.hid)
        else:
            self.h = self.h * (1.0 - done.float()).unsqueeze(1)

    def act(self, obs):
        dist, value, self.h = self.net(obs, self.h)
        a = dist.sample()
        return a, dist.log_prob(a).sum(-1), dist.entropy().sum(-1), value

    def value(self, obs):
        with torch.no_grad():
            return self.net(obs, self.h)[1]

    def learn(self, logp, ent, val, rew, done, last, gamma=0.99):
        ret, loss = last, 0.0
        for t in reversed(range(len(rew))):
            ret = rew[t] + gamma * (1.0 - done[t].float()) * ret
            adv = ret - val[t]
            loss = loss - (logp[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.001 * ent[t].mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.h = self.h.detach()

    def mark_best(self):
        self.best = copy.deepcopy(self.net.state_dict())

    def rollback(self):
        self.net.load_state_dict(self.best)
        self.lr *= 0.5
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.reset_memory()
