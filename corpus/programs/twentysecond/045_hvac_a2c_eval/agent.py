import torch
import torch.nn as nn
from torch.distributions import Categorical


class RecurrentActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.hidden_size = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.gru = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def init_hidden(self, batch):
        return torch.zeros(batch, self.hidden_size)

    def forward(self, obs, hidden):
        hidden = self.gru(self.encoder(obs), hidden)
        return Categorical(logits=self.actor(hidden)), self.critic(hidden).squeeze(-1), hidden
