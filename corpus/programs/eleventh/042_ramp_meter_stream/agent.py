import copy
import random

import torch
from torch import nn


class MeterNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inp = nn.Linear(2, width)
        self.cell = nn.LSTMCell(width, width)
        self.q = nn.Linear(width, 3)

    def forward(self, obs, state):
        x = torch.relu(self.inp(torch.tensor([obs], dtype=torch.float32)))
        h, c = self.cell(x, state)
        return self.q(h)[0], (h, c)


class StreamQ:
    """Recurrent Q-learning without replay, truncated back-propagation."""

    def __init__(self, width=64, lr=3e-4, gamma=0.98, tau=0.02, window=10, eps=0.1):
        self.net = MeterNet(width)
        self.slow = copy.deepcopy(self.net).requires_grad_(False)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.width, self.gamma, self.tau = width, gamma, tau
        self.window, self.eps = window, eps
        self.begin()

    def _zeros(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def begin(self):
        self.state = self._zeros()
        self.slow_state = self._zeros()
        self.picked = None
        self.errors = []

    def act(self, obs):
        q, self.state = self.net(obs, self.state)
        slow_q, self.slow_state = self.slow(obs, self.slow_state)
        if self.picked is not None:
            value, reward = self.picked
            self.errors.append(reward + self.gamma * slow_q.max() - value)
        a = random.randrange(3) if random.random() < self.eps else int(q.argmax())
        self.picked = [q[a], None]
        return a

    def reward(self, r, done):
        self.picked[1] = r
        if done:
            self.errors.append(r - self.picked[0])
            self.picked = None
        if len(self.errors) >= self.window or done:
            self.learn()

    def learn(self):
        loss = torch.stack(self.errors).pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.errors = []
        self.picked = None
        self.state = tuple(s.detach() for s in self.state)
        self.track()

    @torch.no_grad()
    def track(self):
        for slow, fast in zip(self.slow.parameters(), self.net.parameters()):
            slow.lerp_(fast, self.tau)
