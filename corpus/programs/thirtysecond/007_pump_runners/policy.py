import torch
from torch import nn


class PumpNet(nn.Module):
    width = 48

    def __init__(self, n_obs, n_act):
        super().__init__()
        self.inp = nn.Linear(n_obs, self.width)
        self.cell = nn.GRUCell(self.width, self.width)
        self.pi = nn.Linear(self.width, n_act)
        self.v = nn.Linear(self.width, 1)

    def forward(self, obs, belief):
        belief = self.cell(torch.tanh(self.inp(obs)), belief)
        return self.pi(belief), self.v(belief).squeeze(-1), belief
