import torch
import torch.nn as nn
from torch.distributions import Normal


class ReflexNet(nn.Module):
    """Attitude controller of a quadrotor, state kept inside the module."""

    def __init__(self, n_envs: int, obs_dim: int = 9, act_dim: int = 4, hidden: int = 64):
        super().__init__()
        self.enc = nn.Linear(obs_dim, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.mu = nn.Linear(hidden, act_dim)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.7))
        self.value = nn.Linear(hidden, 1)
        self.register_buffer("obs_mean", torch.zeros(obs_dim))
        self.register_buffer("obs_var", torch.ones(obs_dim))
        self.register_buffer("h", torch.zeros(n_envs, hidden))

    def normalise(self, obs):
        if self.training:
            with torch.no_grad():
                self.obs_mean.lerp_(obs.mean(0), 0.01)
                self.obs_var.lerp_(obs.var(0), 0.01)
        return (obs - self.obs_mean) / (self.obs_var + 1e-5).sqrt()

    def forward(self, obs):
        self.h = self.cell(torch.tanh(self.enc(self.normalise(obs))), self.h)
        return Normal(self.mu(self.h), self.log_std.exp()), self.value(self.h).squeeze(-1)

    def wipe(self, done):
        self.h = self.h * (1.0 - done.float()).unsqueeze(-1)

    def cut(self):
        self.h = self.h.detach()
