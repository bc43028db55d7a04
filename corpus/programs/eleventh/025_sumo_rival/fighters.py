import copy

import torch
import torch.nn as nn
from torch.distributions import Categorical


class PushNet(nn.Module):
    def __init__(self, obs_dim=3, width=48, actions=3):
        super().__init__()
        self.inp = nn.Linear(obs_dim, width)
        self.memory = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, actions)
        self.width = width

    def forward(self, obs, h):
        h = self.memory(torch.tanh(self.inp(obs)), h)
        return Categorical(logits=self.pi(h)), h


class Rival:
    def __init__(self, net):
        self.net = copy.deepcopy(net)
        self.net.requires_grad_(False)
        self.h = torch.zeros(1, net.width)

    def new_bout(self):
        self.h = torch.zeros(1, self.net.width)

    @torch.no_grad()
    def act(self, obs):
        obs = torch.as_tensor(obs).unsqueeze(0)
        dist, self.h = self.net(obs, self.h)
        return dist.sample().item()

    def refresh(self, weights):
        self.net.load_state_dict(weights)
