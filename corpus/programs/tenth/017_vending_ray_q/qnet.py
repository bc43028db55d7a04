import torch
from torch import nn


class QNet(nn.Module):
    def __init__(self, obs_dim=4, n_actions=4, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(obs_dim, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, obs, state=None):
        y, state = self.lstm(obs, state)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), state
