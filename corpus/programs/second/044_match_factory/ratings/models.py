"""Networks of three generations of the project; a checkpoint says in its header which one it needs."""
import torch
from torch import nn

ARCH = {}


def arch(name):
    def deco(cls):
        ARCH[name] = cls
        return cls

    return deco


@arch("lstm-v1")
class V1(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.core = nn.LSTMCell(obs_dim, width)
        self.pi = nn.Linear(width, n_actions)

    def start(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, obs, mem):
        h, c = self.core(obs, mem)
        return self.pi(h), (h, c)


@arch("gru-v2")
class V2(nn.Module):
    def __init__(self, obs_dim, n_actions, width=96):
        super().__init__()
        self.width = width
        self.pre = nn.Linear(obs_dim, width)
        self.core = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)

    def start(self):
        return torch.zeros(1, self.width)

    def forward(self, obs, mem):
        mem = self.core(torch.relu(self.pre(obs)), mem)
        return self.pi(mem), mem


@arch("mlp-v0")
class V0(nn.Module):
    def __init__(self, obs_dim, n_actions):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh(), nn.Linear(64, n_actions))

    def start(self):
        return None

    def forward(self, obs, mem):
        return self.net(obs), mem
