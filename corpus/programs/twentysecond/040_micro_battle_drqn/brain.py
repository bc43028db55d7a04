import torch
from torch import nn


class Brain(nn.Module):
    def __init__(self, n_obs, n_actions, n=96):
        super().__init__()
        self.n = n
        self.pre = nn.Linear(n_obs + n_actions, n)
        self.cell = nn.GRUCell(n, n)
        self.q = nn.Linear(n, n_actions)
        self.n_actions = n_actions

    def blank(self, k=1):
        return torch.zeros(k, self.n)

    def forward(self, obs, prev_action, h):
        onehot = nn.functional.one_hot(prev_action, self.n_actions).float()
        h = self.cell(torch.relu(self.pre(torch.cat([obs, onehot], 1))), h)
        return self.q(h), h
