import torch
from torch import nn


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.cell = nn.GRUCell(hidden, hidden)
        self.q = nn.Linear(hidden, n_actions)

    def init_hidden(self, n=1):
        return torch.zeros(n, self.hidden)

    def step(self, obs, h):
        h = self.cell(self.encoder(obs), h)
        return self.q(h), h

    def unroll(self, obs, starts):
        """obs (T, B, D), starts (T, B): 1 where an episode begins."""
        h = self.init_hidden(obs.shape[1])
        out = []
        for o, s in zip(obs, starts):
            q, h = self.step(o, h * (1 - s).unsqueeze(-1))
            out.append(q)
        return torch.stack(out)
