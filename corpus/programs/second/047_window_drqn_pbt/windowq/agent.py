import collections
import copy
import random

import numpy as np
import torch
import torch.nn.functional as F

from .net import WindowLSTM


class Agent:
    def __init__(self, idx, env, k=16, lr=5e-4, gamma=0.98):
        self.idx = idx
        self.env = env
        self.k = k
        self.lr = lr
        self.gamma = gamma
        self.net = WindowLSTM(env.obs_dim, env.n_actions)
        self.target = copy.deepcopy(self.net)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.memory = collections.deque(maxlen=20_000)
        self.returns = collections.deque(maxlen=50)
        self.steps = 0
        self.updates = 0
        self._start()

    def _start(self):
        first = self.env.reset()
        self.window = collections.deque([np.zeros_like(first)] * (self.k - 1) + [first], maxlen=self.k)
        self.total = 0.0

    @property
    def eps(self):
        return max(0.05, 1.0 - self.steps / 20_000)

    @torch.no_grad()
    def act(self):
        if random.random() < self.eps:
            return random.randrange(self.env.n_actions)
        return int(self.net(torch.as_tensor(np.stack(self.window)).unsqueeze(0)).argmax(-1))

    def live(self, n):
        for _ in range(n):
            before = np.stack(self.window)
            action = self.act()
            obs, reward, terminated, truncated, _ = self.env.step(action)
            self.window.append(obs)
            self.memory.append((before, action, reward, np.stack(self.window), float(terminated)))
            self.total += reward
            self.steps += 1
            if terminated or truncated:
                self.returns.append(self.total)
                self._start()
            if len(self.memory) > 1000 and self.steps % 4 == 0:
                self.improve()

    def improve(self, batch=64):
        rows = random.sample(self.memory, batch)
        w, a, r, w2, d = (np.stack(c) for c in zip(*rows))
        q = self.net(torch.as_tensor(w)).gather(1, torch.as_tensor(a).view(-1, 1)).squeeze(1)
        with torch.no_grad():
            best = self.net(torch.as_tensor(w2)).argmax(1, keepdim=True)
            boot = self.target(torch.as_tensor(w2)).gather(1, best).squeeze(1)
            y = torch.as_tensor(r, dtype=torch.float32) + self.gamma * (1 - torch.as_tensor(d, dtype=torch.float32)) * boot
        loss = F.smooth_l1_loss(q, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.updates += 1
        if self.updates % 500 == 0:
            self.target.load_state_dict(self.net.state_dict())

    def score(self):
        return float(np.mean(self.returns)) if self.returns else -10.0

    def become(self, other):
        self.net.load_state_dict(copy.deepcopy(other.net.state_dict()))
        self.target.load_state_dict(copy.deepcopy(other.target.state_dict()))
        self.lr = other.lr * random.choice([0.8, 1.25])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.returns.clear()
        self.returns.extend(other.returns)
