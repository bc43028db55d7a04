import torch
from torch import nn


class RQ(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.n_actions = n_actions
        self.inp = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def begin(self, n=1):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)

    def forward(self, obs, hc):
        y, hc = self.lstm(torch.relu(self.inp(obs)), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc
