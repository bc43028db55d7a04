import torch
import torch.nn as nn


class TutorNet(nn.Module):
    """Q-values over exercises from the last (exercise, correct, response time)."""

    def __init__(self, n_items, emb=32, hidden=64):
        super().__init__()
        self.n_items = n_items
        self.hidden_size = hidden
        self.items = nn.Embedding(n_items + 1, emb)
        self.lstm = nn.LSTM(emb + 2, hidden, batch_first=True)
        self.q = nn.Linear(hidden, n_items)

    def init_state(self, batch=1):
        z = torch.zeros(1, batch, self.hidden_size)
        return z, z.clone()

    def forward(self, item, feats, state):
        x = torch.cat([self.items(item), feats], dim=-1)
        y, state = self.lstm(x, state)
        return self.q(y), state
