import torch
import torch.nn as nn
from torch.distributions import Categorical


class R_Actor(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden_size=64):
        super().__init__()
        self.hidden_size = hidden_size
        self.base = nn.Sequential(nn.LayerNorm(obs_dim), nn.Linear(obs_dim, hidden_size), nn.ReLU())
        self.rnn = nn.GRU(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size)
        self.act = nn.Linear(hidden_size, act_dim)

    def forward(self, obs, rnn_states, masks):
        x = self.base(obs)
        x, rnn_states = self.rnn(x.unsqueeze(0), (rnn_states * masks).unsqueeze(0))
        return Categorical(logits=self.act(self.norm(x.squeeze(0)))), rnn_states.squeeze(0)


class Critic(nn.Module):
    def __init__(self, state_dim, hidden_size=64):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(state_dim, hidden_size), nn.ReLU(), nn.Linear(hidden_size, 1))

    def forward(self, s):
        return self.net(s).squeeze(-1)
