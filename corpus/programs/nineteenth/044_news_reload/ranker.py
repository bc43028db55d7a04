import json

import torch
import torch.nn as nn


class ClickRNN(nn.Module):
    """Scores the candidate articles given the clicks of the session so far."""

    def __init__(self, vocab=5000, topic=32, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.words = nn.EmbeddingBag(vocab, topic, mode="mean")
        self.cell = nn.LSTMCell(topic + 1, hidden)
        self.query = nn.Linear(hidden, topic)

    def titles(self, articles):
        flat = [w for a in articles for w in a] or [0]
        offsets, n = [], 0
        for a in articles:
            offsets.append(n)
            n += len(a)
        return self.words(torch.tensor(flat), torch.tensor(offsets))

    def update(self, article, clicked, hc):
        x = torch.cat([self.titles([article]), torch.tensor([[float(clicked)]])], 1)
        return self.cell(x, hc)

    def scores(self, candidates, hc):
        return (self.titles(candidates) @ self.query(hc[0]).T).squeeze(1)


def load_catalogue(path):
    with open(path) as f:
        return {int(k): v for k, v in json.load(f).items()}
