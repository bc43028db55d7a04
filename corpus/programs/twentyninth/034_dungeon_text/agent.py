import re
import zlib

import torch
from torch import nn

VOCAB = 2048


def encode(text, limit=64):
    words = re.findall(r"[a-z']+", text.lower())[:limit] or ["empty"]
    return torch.tensor([[zlib.crc32(w.encode()) % VOCAB for w in words]])


class Adventurer(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.dim = dim
        self.words = nn.Embedding(VOCAB, dim)
        self.read = nn.GRU(dim, dim, batch_first=True)
        self.story = nn.LSTMCell(dim, dim)
        self.match = nn.Bilinear(dim, dim, 1)

    def embed(self, text):
        _, h = self.read(self.words(encode(text)))
        return h[0]

    def play(self, temperature=1.0):
        """Coroutine of one game: send (text, commands), get (index, log_prob)."""
        h = torch.zeros(1, self.dim)
        c = torch.zeros(1, self.dim)
        answer = None
        while True:
            text, commands = yield answer
            h, c = self.story(self.embed(text), (h, c))
            opts = torch.cat([self.embed(cmd) for cmd in commands])
            scores = self.match(h.expand(len(commands), -1).contiguous(), opts).squeeze(-1)
            dist = torch.distributions.Categorical(logits=scores / temperature)
            i = dist.sample()
            answer = int(i), dist.log_prob(i)
