import torch
from torch import nn


class SessionRanker(nn.Module):
    """GRU4Rec style: reads the clicked articles of a session, scores the candidates."""

    def __init__(self, n_articles, dim=64):
        super().__init__()
        self.emb = nn.Embedding(n_articles + 1, dim, padding_idx=0)
        self.gru = nn.GRU(dim, dim, batch_first=True)
        self.bias = nn.Embedding(n_articles + 1, 1)

    def encode(self, clicks):
        _, last = self.gru(self.emb(clicks))
        return last[-1]

    def forward(self, clicks, candidates):
        user = self.encode(clicks)
        return torch.einsum("bd,bcd->bc", user, self.emb(candidates)) + self.bias(candidates).squeeze(-1)
