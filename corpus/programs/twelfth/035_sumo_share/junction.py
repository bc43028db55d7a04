import collections

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class JunctionNet(nn.Module):
    def __init__(self, n_obs, n_phases, n_hidden=64):
        super(JunctionNet, self).__init__()
        self.n_hidden = n_hidden
        self.fc = nn.Linear(n_obs, n_hidden)
        self.gru = nn.GRUCell(n_hidden, n_hidden)
        self.pi = nn.Linear(n_hidden, n_phases)
        self.v = nn.Linear(n_hidden, 1)

    def forward(self, x, h):
        h = self.gru(F.relu(self.fc(x)), h)
        return F.log_softmax(self.pi(h), dim=1), self.v(h), h


class JunctionAgent:
    def __init__(self, name, n_obs, n_phases, lr=5e-4, gamma=0.95):
        self.name = name
        self.net = JunctionNet(n_obs, n_phases)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma = gamma
        self.waiting = collections.deque(maxlen=60)
        self.buffer = []

    def act(self, obs, h):
        x = torch.as_tensor(obs, dtype=torch.float32)[None]
        logp, v, h = self.net(x, h)
        a = torch.multinomial(logp.exp(), 1).item()
        self.buffer.append([logp[0, a], v[0, 0], -(logp.exp() * logp).sum(), 0.0])
        return a, h

    def reward(self, r):
        self.buffer[-1][-1] = r
        self.waiting.append(r)

    def learn(self):
        R, loss = self.buffer[-1][1].detach(), 0.0
        for logp, v, ent, r in reversed(self.buffer):
            R = r + self.gamma * R
            adv = R - v
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - 0.01 * ent
        self.opt.zero_grad()
        (loss / len(self.buffer)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.buffer = []

    def score(self):
        return float(np.mean(self.waiting)) if self.waiting else -np.inf


def copy_params(src, dst):
    with torch.no_grad():
        for p, q in zip(src.net.parameters(), dst.net.parameters()):
            q.copy_(p)
