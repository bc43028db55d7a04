import torch
import torch.nn as nn
import torch.nn.functional as F


class Dispatcher(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.fc = nn.Linear(n_obs, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.actor = nn.Linear(128, n_act)
        self.critic = nn.Linear(128, 1)

    def forward(self, x, hx, cx):
        x = F.relu(self.fc(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx
