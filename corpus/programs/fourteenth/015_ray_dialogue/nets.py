import torch
import torch.nn as nn


class DialoguePolicy(nn.Module):
    def __init__(self, obs_dim, n_acts, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.tracker = nn.LSTMCell(obs_dim, hidden)
        self.policy = nn.Linear(hidden, n_acts)
        self.value = nn.Linear(hidden, 1)

    def initial(self, n=1):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, state):
        h, c = self.tracker(obs, state)
        return self.policy(h), self.value(h).squeeze(-1), (h, c)
