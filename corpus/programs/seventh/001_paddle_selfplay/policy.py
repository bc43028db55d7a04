import torch
import torch.nn as nn
from torch.distributions import Categorical


class PaddlePolicy(nn.Module):
    """Small LSTM actor-critic shared by the learner and its frozen opponents."""

    def __init__(self, obs_dim: int = 6, n_actions: int = 3, hidden_size: int = 64):
        super().__init__()
        self.hidden_size = hidden_size
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 64), nn.ReLU())
        self.lstm = nn.LSTMCell(64, hidden_size)
        self.pi = nn.Linear(hidden_size, n_actions)
        self.v = nn.Linear(hidden_size, 1)

    def initial_hidden(self, batch: int = 1):
        return (torch.zeros(batch, self.hidden_size), torch.zeros(batch, self.hidden_size))

    def forward(self, obs, hidden):
        x = self.encoder(obs)
        h, c = self.lstm(x, hidden)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), (h, c)
