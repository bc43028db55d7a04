import torch
import torch.nn as nn


class InsertionPolicy(nn.Module):
    """wrench (6) + tool pose error (6) -> twist (6)"""

    def __init__(self, n_hidden=128):
        super(InsertionPolicy, self).__init__()
        self.n_hidden = n_hidden
        self.enc = nn.Linear(12, n_hidden)
        self.lstm = nn.LSTMCell(n_hidden, n_hidden)
        self.mu = nn.Linear(n_hidden, 6)

    def init_hx(self):
        return (torch.zeros(1, self.n_hidden), torch.zeros(1, self.n_hidden))

    def forward(self, wrench, err, hx):
        z = torch.relu(self.enc(torch.cat([wrench, err], dim=-1)))
        hx = self.lstm(z, hx)
        return torch.tanh(self.mu(hx[0])), hx
