import torch
from torch import nn


class RecurrentQ(nn.Module):
    """Dueling heads over an LSTM."""

    def __init__(self, n_obs, n_act, hidden):
        super().__init__()
        self.inp = nn.Linear(n_obs, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_act)
        self.val = nn.Linear(hidden, 1)

    def zeros(self, n):
        return torch.zeros(1, n, self.lstm.hidden_size), torch.zeros(1, n, self.lstm.hidden_size)

    def forward(self, x, hidden):
        y, hidden = self.lstm(torch.relu(self.inp(x)), hidden)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hidden
