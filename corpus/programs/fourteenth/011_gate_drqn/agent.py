import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class QNet(nn.Module):
    def __init__(self, dim, n_actions, hidden=80):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden)
        self.q = nn.Linear(hidden, n_actions)

    def forward(self, seq, state=None):
        y, state = self.lstm(seq, state)
        return self.q(y), state


class Agent:
    """Acts with slowly averaged weights, they are much less jumpy than the raw ones."""

    def __init__(self, dim, n_actions, gamma=0.98, lr=3e-4, avg=0.995, seq_len=20, burn_in=10):
        self.net = QNet(dim, n_actions)
        self.avg_net = copy.deepcopy(self.net).requires_grad_(False)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma, self.avg, self.seq_len, self.burn_in = gamma, avg, seq_len, burn_in
        self.n_actions = n_actions
        self.chunks = deque(maxlen=5000)
        self.current = []
        self.memory = None

    def start_episode(self):
        self.memory = None
        self.current = []

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.memory = self.avg_net(torch.as_tensor(obs).view(1, 1, -1), self.memory)
        return random.randrange(self.n_actions) if random.random() < eps else int(q.argmax())

    def record(self, obs, a, r, crash):
        self.current.append((obs, a, r, crash))
        if len(self.current) == self.seq_len + self.burn_in + 1:
            self.chunks.append(self.current)
            self.current = self.current[self.seq_len:]

    def learn(self, batch=32):
        if len(self.chunks) < batch:
            return
        rows = random.sample(self.chunks, batch)
        obs = torch.as_tensor(np.stack([[s[0] for s in row] for row in rows], 1))
        act = torch.tensor([[s[1] for s in row] for row in rows]).t()
        rew = torch.tensor([[s[2] for s in row] for row in rows]).t()
        end = torch.tensor([[float(s[3]) for s in row] for row in rows]).t()
        b = self.burn_in
        q = self.net(obs)[0]
        with torch.no_grad():
            nxt = self.avg_net(obs)[0].gather(2, q.argmax(2, keepdim=True)).squeeze(2)
            y = rew[:-1] + self.gamma * (1 - end[:-1]) * nxt[1:]
        taken = q[:-1].gather(2, act[:-1].unsqueeze(2)).squeeze(2)
        loss = F.smooth_l1_loss(taken[b:], y[b:].float())
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.opt.step()
        with torch.no_grad():
            for slow, fast in zip(self.avg_net.parameters(), self.net.parameters()):
                slow.mul_(self.avg).add_(fast, alpha=1 - self.avg)
