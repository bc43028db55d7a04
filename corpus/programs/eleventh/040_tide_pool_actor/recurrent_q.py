import torch
from torch import nn


class RecurrentQ(nn.Module):
    def __init__(self, n_obs=2, n_act=2, width=32):
        super().__init__()
        self.width = width
        self.gru = nn.GRU(n_obs, width)
        self.q = nn.Linear(width, n_act)

    def init_hidden(self, batch=1):
        return torch.zeros(1, batch, self.width)

    def forward(self, obs, hidden):
        out, hidden = self.gru(obs, hidden)
        return self.q(out), hidden
