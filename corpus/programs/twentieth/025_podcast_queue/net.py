import torch
from torch import nn


class EpisodeRanker(nn.Module):
    """Scores the catalogue from what a listener has played so far."""

    def __init__(self, n_episodes: int, dim: int = 96, hidden: int = 128):
        super().__init__()
        self.embed = nn.Embedding(n_episodes, dim)
        self.cell = nn.GRUCell(dim + 2, hidden)
        self.out = nn.Linear(hidden, n_episodes)
        self.hidden = hidden

    def forward(self, episode, feedback, h):
        x = torch.cat([self.embed(episode), feedback], dim=-1)
        h = self.cell(x, h)
        return self.out(h), h
