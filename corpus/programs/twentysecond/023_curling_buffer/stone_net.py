import torch
import torch.nn as nn


class StoneNet(nn.Module):
    """Remembers how the ice behaved during the stones of this end."""

    def __init__(self, n_obs=7, n_w=5, n_c=3, hidden=56):
        super().__init__()
        self.inp = nn.Linear(n_obs, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.weight = nn.Linear(hidden, n_w)
        self.curl = nn.Linear(hidden, n_c)
        self.register_buffer("memory", torch.zeros(1, hidden))

    def clear(self):
        self.memory = torch.zeros_like(self.memory)

    def forward(self, obs):
        h = self.gru(torch.tanh(self.inp(obs)), self.memory)
        self.memory = h
        return self.weight(h), self.curl(h)
