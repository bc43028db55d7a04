from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.distributions import Categorical


class Net(nn.Module):
    def __init__(self, obs: int = 6, width: int = 64, actions: int = 2):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(obs, width)
        self.rnn = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, actions)
        self.v = nn.Linear(width, 1)

    def forward(self, x: Tensor, h: Tensor | None):
        h = self.rnn(torch.relu(self.fc(x)), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class Controller:
    def __init__(self, lr: float = 7e-4, decay: float = 0.995):
        self.net = Net()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.h: Tensor | None = None
        self.decay = decay
        self.mean = copy.deepcopy(self.net.state_dict())

    def forget(self) -> None:
        self.h = None

    def act(self, obs) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        dist, value, self.h = self.net(torch.from_numpy(obs).unsqueeze(0), self.h)
        a = dist.sample()
        return a, dist.log_prob(a), value, dist.entropy()

    def learn(self, logps, values, ents, rewards, bootstrap, gamma: float = 0.98) -> None:
        ret, loss = bootstrap, torch.zeros(1)
        for i in reversed(range(len(rewards))):
            ret = rewards[i] + gamma * ret
            adv = ret - values[i]
            loss = loss - logps[i] * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ents[i]
        self.opt.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        if self.h is not None:
            self.h = self.h.detach()
        with torch.no_grad():
            for k, v in self.net.state_dict().items():
                self.mean[k].lerp_(v, 1 - self.decay)

    @contextmanager
    def averaged(self) -> Iterator["Controller"]:
        """Act with the averaged weights; training goes on afterwards where it was."""
        weights = copy.deepcopy(self.net.state_dict())
        kept, self.h = self.h, None
        self.net.load_state_dict(self.mean)
        try:
            yield self
        finally:
            self.net.load_state_dict(weights)
            self.h = kept
