import torch
from torch import nn


class GRUActorCritic(nn.Module):
    def __init__(self, obs, acts, h=64):
        super().__init__()
        self.body = nn.Linear(obs, h)
        self.gru = nn.GRUCell(h, h)
        self.pi = nn.Linear(h, acts)
        self.v = nn.Linear(h, 1)
        self.h = h

    def initial_state(self, n=1):
        return torch.zeros(n, self.h)

    def forward(self, obs, hx):
        hx = self.gru(torch.relu(self.body(obs)), hx)
        return self.pi(hx), self.v(hx).squeeze(-1), hx
