import torch
from torch import nn


class Dispatcher(nn.Module):
    def __init__(self, n_obs, n_actions, k=64):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(n_obs, k), nn.ReLU())
        self.cell = nn.GRUCell(k, k)
        self.pi, self.v = nn.Linear(k, n_actions), nn.Linear(k, 1)
        self.register_buffer("traffic", torch.zeros(1, k), persistent=False)

    def begin(self):
        self.traffic = torch.zeros_like(self.traffic)

    def forward(self, panel):
        self.traffic = self.cell(self.f(panel), self.traffic)
        return self.pi(self.traffic), self.v(self.traffic)
