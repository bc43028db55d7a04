import hashlib

import torch
from torch import nn

BUCKETS = 1 << 15


def tokens(text: str) -> torch.Tensor:
    words = text.lower().split() or ["<empty>"]
    return torch.tensor([int(hashlib.md5(w.encode()).hexdigest(), 16) % BUCKETS for w in words])


class RoomModerator(nn.Module):
    """One recurrent state per chat room, one step per message."""

    def __init__(self, dim: int = 96, layers: int = 2):
        super().__init__()
        self.words = nn.EmbeddingBag(BUCKETS, dim, mode="mean")
        self.mood = nn.LSTM(dim, dim, num_layers=layers)
        self.verdict = nn.Linear(2 * dim, 3)     # keep, hide, time-out

    def forward(self, text: str, state):
        e = self.words(tokens(text).unsqueeze(0))
        y, state = self.mood(e.unsqueeze(0), state)
        return self.verdict(torch.cat([e, y[0]], -1)).softmax(-1)[0], state
