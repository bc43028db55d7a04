import torch
import torch.nn as nn
from torch.distributions import Categorical


class Team(nn.Module):
    """The two players of a team share the weights, each has its own row of memory."""

    def __init__(self, n_obs=12, n_act=6, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(n_obs, hidden)
        self.rnn = nn.LSTM(hidden, hidden)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)
        self.memory = None

    def clear(self):
        self.memory = None

    def detach(self):
        if self.memory is not None:
            self.memory = tuple(m.detach() for m in self.memory)

    def forward(self, obs):
        x = torch.tanh(self.inp(obs)).unsqueeze(0)
        y, self.memory = self.rnn(x, self.memory)
        y = y.squeeze(0)
        return Categorical(logits=self.actor(y)), self.critic(y).squeeze(-1)
