import torch
import torch.nn as nn
from torch.distributions import Categorical


class RecurrentActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def init_state(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, state, done):
        keep = (1.0 - done).unsqueeze(-1)
        h, c = self.lstm(torch.tanh(self.fc(obs)), (state[0] * keep, state[1] * keep))
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1), (h, c)
