from abc import ABC, abstractmethod

import torch
import torch.nn as nn
import torch.nn.functional as F


class Timing(nn.Module):
    def __init__(self, n_in, n_hidden=32):
        super().__init__()
        self.n_hidden = n_hidden
        self.rnn = nn.LSTMCell(n_in, n_hidden)
        self.lay = nn.Linear(n_hidden, 1)

    def forward(self, x, s):
        s = self.rnn(x, s)
        return self.lay(s[0]).squeeze(), s


class BaseAgent(ABC):
    @abstractmethod
    def start(self): ...

    @abstractmethod
    def lays(self, look) -> bool: ...


class RecurrentAgent(BaseAgent):
    def __init__(self, n_in):
        self.net = Timing(n_in)
        self.start()

    def start(self):
        z = torch.zeros(1, self.net.n_hidden)
        self.s = (z, z)

    def think(self, look):
        logit, self.s = self.net(torch.tensor([look]), self.s)
        return logit

    def lays(self, look):
        with torch.no_grad():
            return bool(torch.rand(()) < torch.sigmoid(self.think(look)))


class SelfPlayAgent(RecurrentAgent):
    """A frozen earlier self; somebody new at every game."""

    def __init__(self, n_in, archive):
        self.archive = archive
        super().__init__(n_in)

    def start(self):
        if self.archive:
            self.net.load_state_dict(self.archive.draw())
        super().start()


class LearningAgent(RecurrentAgent):
    def __init__(self, n_in, lr):
        super().__init__(n_in)
        self.optim = torch.optim.Adam(self.net.parameters(), lr)

    def start(self):
        super().start()
        self.losses = []

    def lays(self, look):
        logit = self.think(look)
        choice = torch.bernoulli(torch.sigmoid(logit)).detach()
        self.losses.append(F.binary_cross_entropy_with_logits(logit, choice))
        return bool(choice)

    def update(self, advantage):
        loss = advantage * torch.stack(self.losses).sum()
        self.optim.zero_grad()
        loss.backward()
        self.optim.step()
