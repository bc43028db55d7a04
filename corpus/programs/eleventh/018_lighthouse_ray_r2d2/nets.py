import torch
from torch import nn


class RecurrentQ(nn.Module):
    def __init__(self, n_in: int = 9, n_out: int = 3, hidden: int = 64):
        super().__init__()
        self.n_out = n_out
        self.gru = nn.GRU(n_in + n_out, hidden)
        self.q = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, n_out))

    def initial(self, n: int = 1):
        return torch.zeros(1, n, self.gru.hidden_size)

    def forward(self, obs, last_action, h):
        """obs [T, B, n_in], last_action [T, B] -> q [T, B, n_out]"""
        one_hot = nn.functional.one_hot(last_action, self.n_out).float()
        y, h = self.gru(torch.cat([obs, one_hot], -1), h)
        return self.q(y), h
