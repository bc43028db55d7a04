import torch
import torch.nn as nn

N_BIDS = 6


class BidNet(nn.Module):
    def __init__(self, obs_dim=5, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, N_BIDS)
        self.v = nn.Linear(hidden, 1)

    def zero_state(self):
        return torch.zeros(1, self.hidden)

    def forward(self, obs, h):
        h = self.gru(torch.relu(self.inp(obs)), h)
        return self.pi(h), self.v(h).squeeze(-1), h
