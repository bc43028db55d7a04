import copy

import numpy as np
import torch

from .envs import TMaze


class EpsilonActor:
    def __init__(self, learner, eps, seed, seq_len=20, overlap=10, sync_period=400):
        self.learner = learner
        self.net = copy.deepcopy(learner.online)
        self.eps = eps
        self.env = TMaze(seed=seed)
        self.rng = np.random.default_rng(seed)
        self.seq_len = seq_len
        self.overlap = overlap
        self.sync_period = sync_period
        self.steps = 0
        self.returns = []
        self._begin()

    def _begin(self):
        self.obs = self.env.reset()
        self.h = torch.zeros(1, 1, self.net.hidden)
        self.rows = []
        self.total = 0.0

    def sync(self):
        self.net.load_state_dict(self.learner.online.state_dict())

    def step(self):
        self.steps += 1
        if self.steps % self.sync_period == 0:
            self.sync()
        before = self.h
        with torch.no_grad():
            q, self.h = self.net(torch.as_tensor(self.obs).view(1, 1, -1), self.h)
        if self.rng.random() < self.eps:
            action = int(self.rng.integers(q.shape[-1]))
        else:
            action = int(q.argmax(-1))
        nxt, reward, terminated, truncated, _ = self.env.step(action)
        self.rows.append((self.obs, action, reward, float(terminated), before))
        self.total += reward
        self.obs = nxt
        out = None
        if len(self.rows) == self.seq_len:
            out = list(self.rows)
            self.rows = self.rows[-self.overlap :]
        if terminated or truncated:
            self.returns.append(self.total)
            self._begin()
        return out
