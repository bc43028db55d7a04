import random

import torch
from torch import nn

BIDS = 36  # pass + 7 levels x 5 strains
PASS = 0


class Auction:
    def __init__(self, rng=random):
        self.rng = rng

    def deal(self):
        cards = list(range(52))
        self.rng.shuffle(cards)
        self.hands = [set(cards[13 * i: 13 * i + 13]) for i in range(4)]
        self.seat = 0
        self.last = PASS
        self.owner = None
        self.passes = 0
        self.history = []

    def view(self):
        hand = torch.zeros(52)
        hand[list(self.hands[self.seat])] = 1
        heard = torch.zeros(3, BIDS)
        for i, (_, b) in enumerate(self.history[-3:]):
            heard[i, b] = 1
        return torch.cat([hand, heard.flatten()])

    def legal(self):
        m = torch.zeros(BIDS, dtype=torch.bool)
        m[PASS] = True
        m[self.last + 1:] = True
        return m

    def bid(self, b):
        self.history.append((self.seat, b))
        if b == PASS:
            self.passes += 1
        else:
            self.last, self.owner, self.passes = b, self.seat % 2, 0
        self.seat = (self.seat + 1) % 4
        return self.passes >= (3 if self.owner is not None else 4)

    def hcp(self, side):
        return sum(max(0, c % 13 - 8) for s in (side, side + 2) for c in self.hands[s])

    def score(self):
        """Rough score for North-South."""
        if self.owner is None:
            return 0.0
        level = (self.last - 1) // 5 + 1
        tricks = 6.5 + (self.hcp(self.owner) - 20) / 3
        made = tricks >= level + 6
        s = 0.3 * level + (1.5 if level >= 4 else 0) if made else -0.5 * (level + 6 - tricks)
        return s if self.owner == 0 else -s


class Bidder(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(52 + 3 * BIDS, 128)
        self.cell = nn.LSTMCell(128, hidden)
        self.out = nn.Linear(hidden, BIDS)

    def blank(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, view, legal, mem):
        mem = self.cell(torch.relu(self.inp(view)).unsqueeze(0), mem)
        logits = self.out(mem[0])[0].masked_fill(~legal, -1e9)
        return torch.distributions.Categorical(logits=logits), mem
