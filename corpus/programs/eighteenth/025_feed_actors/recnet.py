import torch
import torch.nn as nn


class SessionNet(nn.Module):
    """Item embedding + last feedback -> GRU -> scores of all items and a value."""

    def __init__(self, n_items, emb=32, hidden=64):
        super().__init__()
        self.n_items, self.hidden = n_items, hidden
        self.emb = nn.Embedding(n_items + 1, emb)
        self.gru = nn.GRUCell(emb + 1, hidden)
        self.score = nn.Linear(hidden, n_items)
        self.value = nn.Linear(hidden, 1)

    def zero(self, n=1):
        return torch.zeros(n, self.hidden)

    def forward(self, item, feedback, h):
        h = self.gru(torch.cat([self.emb(item), feedback[:, None]], 1), h)
        return self.score(h), self.value(h).squeeze(1), h
