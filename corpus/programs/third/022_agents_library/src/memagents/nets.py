import torch
from torch import nn


def mlp(sizes, act=nn.ReLU):
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(a, b), act()]
    return nn.Sequential(*layers[:-1])


class GRUNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.hidden = hidden
        self.embed = mlp([obs_dim, hidden, hidden])
        self.core = nn.GRUCell(hidden, hidden)
        self.out = nn.Linear(hidden, n_actions)

    def forward(self, x, h):
        h = self.core(torch.relu(self.embed(x)), h)
        return self.out(h), h
