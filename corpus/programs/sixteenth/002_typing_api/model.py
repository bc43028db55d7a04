import torch
from torch import nn

VOCAB = 128


class NextChar(nn.Module):
    def __init__(self, emb: int = 64, hidden: int = 256, layers: int = 2):
        super().__init__()
        self.hidden = hidden
        self.layers = layers
        self.emb = nn.Embedding(VOCAB, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=layers, batch_first=True)
        self.head = nn.Linear(hidden, VOCAB)

    def forward(self, ids, state=None):
        y, state = self.lstm(self.emb(ids), state)
        return self.head(y[:, -1]), state
