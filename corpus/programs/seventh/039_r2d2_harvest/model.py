import torch
import torch.nn as nn


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def zero_state(self, batch=1):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, obs, state):
        """obs: (batch, time, obs_dim)"""
        x = torch.relu(self.fc(obs))
        x, state = self.lstm(x, state)
        adv = self.adv(x)
        return self.val(x) + adv - adv.mean(dim=-1, keepdim=True), state
