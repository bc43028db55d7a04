import torch
from torch import nn


class MemoryPolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v_ext = nn.Linear(hidden, 1)
        self.v_int = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.gru(torch.tanh(self.inp(obs)), h)
        return self.pi(h), self.v_ext(h).squeeze(-1), self.v_int(h).squeeze(-1), h


class RND(nn.Module):
    """Random network distillation: novelty of an observation."""

    def __init__(self, obs_dim, width=64):
        super().__init__()
        self.fixed = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU(), nn.Linear(width, width))
        self.learnt = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))
        for p in self.fixed.parameters():
            p.requires_grad_(False)

    def forward(self, obs):
        return (self.fixed(obs) - self.learnt(obs)).pow(2).mean(-1)


class RewardModel(nn.Module):
    """Learned from preferences in another process."""

    def __init__(self, obs_dim, n_actions):
        super().__init__()
        self.n_actions = n_actions
        self.net = nn.Sequential(nn.Linear(obs_dim + n_actions, 64), nn.Tanh(), nn.Linear(64, 1))

    def forward(self, obs, action):
        one_hot = nn.functional.one_hot(action, self.n_actions).float()
        return self.net(torch.cat([obs, one_hot], -1)).squeeze(-1)
