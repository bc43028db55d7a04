import torch
import torch.nn as nn


class DuelingLSTM(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.pre = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_act)
        self.val = nn.Linear(hidden, 1)

    def zero(self, n=1):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)

    def forward(self, obs, state):
        y, state = self.lstm(torch.relu(self.pre(obs)), state)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), state
