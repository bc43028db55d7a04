import torch
import torch.nn as nn


class R2D2Net(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def zero_state(self, batch=1):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, x, state):
        y, state = self.lstm(self.body(x), state)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), state
