import torch
import torch.nn as nn
from torch.distributions import Normal


class RActor(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU(), nn.LayerNorm(hidden))
        self.rnn = nn.GRUCell(hidden, hidden)
        self.mean = nn.Linear(hidden, act_dim)
        self.log_std = nn.Parameter(-0.5 * torch.ones(act_dim))

    def forward(self, obs, rnn_states, masks):
        rnn_states = self.rnn(self.base(obs), rnn_states * masks)
        return Normal(self.mean(rnn_states), self.log_std.exp()), rnn_states


class RCritic(nn.Module):
    def __init__(self, state_dim, hidden):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(state_dim, hidden), nn.ReLU(), nn.LayerNorm(hidden))
        self.rnn = nn.GRUCell(hidden, hidden)
        self.v = nn.Linear(hidden, 1)

    def forward(self, state, rnn_states, masks):
        rnn_states = self.rnn(self.base(state), rnn_states * masks)
        return self.v(rnn_states), rnn_states
