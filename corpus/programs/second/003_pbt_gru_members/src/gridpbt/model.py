import torch
import torch.nn as nn


class GRUActorCritic(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64):
        super().__init__()
        self.hidden_size = hidden
        self.inp = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=False)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def step(self, obs, hx):
        y, hx = self.gru(torch.tanh(self.inp(obs)).unsqueeze(0), hx)
        y = y.squeeze(0)
        return self.actor(y), self.critic(y).squeeze(-1), hx
