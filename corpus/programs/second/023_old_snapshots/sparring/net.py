import torch
from torch import nn


class Fighter(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.rnn = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def zeros(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, hc):
        h, c = self.rnn(torch.relu(self.fc(obs)), hc)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)
