import torch
from torch import nn


class NextStory(nn.Module):
    def __init__(self, n_stories: int, dim: int = 48):
        super().__init__()
        self.table = nn.Embedding(n_stories, dim)
        self.rnn = nn.GRU(dim + 1, dim, batch_first=True)
        self.bias = nn.Parameter(torch.zeros(n_stories))

    def forward(self, stories, dwell, h=None):
        x = torch.cat([self.table(stories), dwell.unsqueeze(-1)], -1)
        y, h = self.rnn(x, h)
        return y @ self.table.weight.T + self.bias, h
