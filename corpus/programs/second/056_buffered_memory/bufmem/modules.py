import math

import torch
from torch import nn
from torch.distributions import Categorical


class NormLayer(nn.Module):
    """Running mean and variance of the input."""

    def __init__(self, dim, momentum=0.01):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("var", torch.ones(dim))

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                self.mean.lerp_(x.mean(0), self.momentum)
                self.var.lerp_(x.var(0, unbiased=False), self.momentum)
        return (x - self.mean) / (self.var + 1e-5).sqrt()


class MemoryActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, n_envs, hidden=64):
        super().__init__()
        self.n_envs = n_envs
        self.hidden_size = hidden
        self.norm = NormLayer(obs_dim)
        self.enc = nn.Linear(obs_dim, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.vf = nn.Linear(hidden, 1)
        self.register_buffer("memory", torch.zeros(n_envs, hidden))
        nn.init.orthogonal_(self.pi.weight, 0.01)
        nn.init.orthogonal_(self.enc.weight, math.sqrt(2))

    def forward(self, obs):
        x = torch.tanh(self.enc(self.norm(obs)))
        self.memory = self.cell(x, self.memory)
        return self.pi(self.memory), self.vf(self.memory).squeeze(-1)

    def act(self, obs):
        logits, value = self(obs)
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), value

    def mask(self, end):
        self.memory = self.memory * (1.0 - end).unsqueeze(-1)

    def cut(self):
        self.memory = self.memory.detach()
