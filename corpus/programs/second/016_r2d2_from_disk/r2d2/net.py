import torch
from torch import nn


class DuelingLSTM(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.n_actions = n_actions
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim + n_actions + 1, hidden), nn.ReLU())
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def zero_state(self, batch=1):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, obs, last_action, last_reward, state):
        one_hot = nn.functional.one_hot(last_action, self.n_actions).float()
        x = self.body(torch.cat([obs, one_hot, last_reward.unsqueeze(-1)], dim=-1))
        y, state = self.lstm(x, state)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), state
