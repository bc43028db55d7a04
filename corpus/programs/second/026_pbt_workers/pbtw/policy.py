import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(obs_dim, hidden)
        self.core = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.vf = nn.Linear(hidden, 1)

    def initial_state(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, state, mask):
        state = tuple(s * mask.unsqueeze(-1) for s in state)
        state = self.core(torch.tanh(self.enc(obs)), state)
        return self.pi(state[0]), self.vf(state[0]).squeeze(-1), state
