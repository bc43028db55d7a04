import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, obs, act, hidden):
        super().__init__()
        self.hidden = hidden
        self.emb = nn.Linear(obs, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, act)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.cell(torch.tanh(self.emb(x)), h)
        return self.pi(h), self.v(h).squeeze(-1), h
