import torch
from torch import nn
from torch.distributions import Categorical

from .base import Participant


class Reflex(Participant):
    """No memory at all."""

    def __init__(self, name, obs_dim, n_actions, rounds):
        self.shape = (obs_dim, n_actions)
        super().__init__(name)

    def _make_model(self):
        obs_dim, n_actions = self.shape
        return nn.Sequential(nn.Linear(obs_dim, 64), nn.ReLU(), nn.Linear(64, n_actions))

    @torch.no_grad()
    def decide(self, obs):
        return Categorical(logits=self.model(torch.as_tensor(obs))).sample()


class MemoryModel(nn.Module):
    def __init__(self, obs_dim, n_actions, width):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(obs_dim, width)
        self.policy = nn.Linear(width, n_actions)
        self.value = nn.Linear(width, 1)

    def forward(self, obs, memory):
        h, c = self.lstm(obs, memory)
        return self.policy(h), self.value(h).squeeze(-1), (h, c)


class Thinker(Participant):
    def __init__(self, name, obs_dim, n_actions, rounds, width=64):
        self.shape = (obs_dim, n_actions, width)
        self.rounds = rounds
        super().__init__(name)
        self.memory = self._blank()

    def _make_model(self):
        return MemoryModel(*self.shape)

    def _blank(self):
        return torch.zeros(self.rounds, self.shape[2]), torch.zeros(self.rounds, self.shape[2])

    def _weights_changed(self):
        self.memory = self._blank()

    @torch.no_grad()
    def decide(self, obs):
        logits, _, self.memory = self.model(torch.as_tensor(obs), self.memory)
        return Categorical(logits=logits).sample()

    def round_over(self, i):
        for m in self.memory:
            m[i] = 0.0


class Student(Thinker):
    def __init__(self, *args, lr=3e-4, **kwargs):
        super().__init__(*args, **kwargs)
        self.opt = torch.optim.Adam(self.model.parameters(), lr=lr)

    def think(self, obs):
        logits, value, self.memory = self.model(torch.as_tensor(obs), self.memory)
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), value

    def cut(self):
        self.memory = tuple(m.detach() for m in self.memory)
