import torch
from torch import nn


class JunctionNet(nn.Module):
    def __init__(self, obs=9, hidden=64, phases=4):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi, self.v = nn.Linear(hidden, phases), nn.Linear(hidden, 1)

    def initial_state(self, n):
        return torch.zeros(n, self.hidden)

    def forward(self, x, h):
        h = self.gru(torch.relu(self.fc(x)), h)
        return self.pi(h), self.v(h).squeeze(-1), h

    def unroll(self, obs, done, h):
        logits, values = [], []
        for x, d in zip(obs, done):
            l, v, h = self(x, h)
            logits.append(l)
            values.append(v)
            h = h * (1 - d).unsqueeze(-1)
        return torch.stack(logits), torch.stack(values), h
