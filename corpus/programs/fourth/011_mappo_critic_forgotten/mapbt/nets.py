import torch
import torch.nn as nn


def mlp(*sizes):
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers)


class RActor(nn.Module):
    def __init__(self, obs_dim, n_act, hidden):
        super().__init__()
        self.base = mlp(obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.act = nn.Linear(hidden, n_act)

    def forward(self, obs, h, mask):
        h = self.rnn(self.base(obs), h * mask)
        return torch.distributions.Categorical(logits=self.act(h)), h


class RCritic(nn.Module):
    """Sees the state of the whole team."""

    def __init__(self, share_dim, hidden):
        super().__init__()
        self.base = mlp(share_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.v = nn.Linear(hidden, 1)

    def forward(self, share, h, mask):
        h = self.rnn(self.base(share), h * mask)
        return self.v(h).squeeze(-1), h
