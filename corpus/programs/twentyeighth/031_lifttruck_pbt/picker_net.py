import torch
from torch import nn


class PickerNet(nn.Module):
    def __init__(self, n_obs, n_act, width=96):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(n_obs, width)
        self.gru = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def zeros(self, n):
        return torch.zeros(n, self.width)

    def forward(self, obs, trace):
        trace = self.gru(torch.relu(self.inp(obs)), trace)
        return torch.distributions.Categorical(logits=self.pi(trace)), self.v(trace).squeeze(-1), trace
