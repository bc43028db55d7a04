import itertools
import threading
from pathlib import Path

import torch
import torch.nn as nn


class ReplyRanker(nn.Module):
    """Keeps a GRU over the turns of a ticket and ranks canned replies."""

    def __init__(self, vocab=20000, emb=128, hidden=256, replies=400):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab, emb)
        self.gru = nn.GRU(emb, hidden)
        self.replies = nn.Parameter(torch.randn(replies, hidden) * 0.02)

    def forward(self, tokens, h):
        e = self.bag(tokens.unsqueeze(0)).unsqueeze(0)
        y, h = self.gru(e, h)
        return y[0, 0] @ self.replies.t(), h


class Ticket:
    def __init__(self):
        self.turns = []
        self.h = None
        self.version = None


class RankerService:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.net = ReplyRanker()
        self.version = None
        self.tickets = {}
        self.lock = threading.Lock()
        self.counter = itertools.count(1)
        self.reload()

    def reload(self):
        newest = max(self.folder.glob("ranker_*.pt"), key=lambda p: int(p.stem.split("_")[1]))
        if newest.stem == self.version:
            return self.version
        weights = torch.load(newest, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.net.eval()
            self.version = newest.stem
        return self.version

    def open(self):
        number = next(self.counter)
        self.tickets[number] = Ticket()
        return number

    def _catch_up(self, ticket):
        """Read the ticket again from its first turn with the weights now in use."""
        h = None
        for tokens in ticket.turns:
            _, h = self.net(tokens, h)
        ticket.h, ticket.version = h, self.version

    @torch.no_grad()
    def suggest(self, number, tokens, k=3):
        ticket = self.tickets[number]
        tokens = torch.as_tensor(tokens, dtype=torch.long)
        with self.lock:
            if ticket.version != self.version:
                self._catch_up(ticket)
            scores, ticket.h = self.net(tokens, ticket.h)
            ticket.turns.append(tokens)
        return scores.topk(k).indices.tolist()

    def close(self, number):
        self.tickets.pop(number, None)
