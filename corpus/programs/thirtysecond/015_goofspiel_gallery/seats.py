import torch
from torch import nn
from torch.distributions import Categorical

from goofspiel import CARDS


class Brain(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.width = width
        # prize, my last bid, their last bid, my cards left
        self.enc = nn.Linear(3 + CARDS, width)
        self.gru = nn.GRUCell(width, width)
        self.bid = nn.Linear(width, CARDS)

    def forward(self, x, tells):
        tells = self.gru(torch.relu(self.enc(x)), tells)
        return self.bid(tells), tells


class Seat:
    """A player at the table. What it has read of the other one lasts for the whole match."""

    def __init__(self, brain):
        self.brain = brain
        self.tells = None
        self.last = (0, 0)

    def sit_down(self):
        self.tells = torch.zeros(1, self.brain.width)
        self.last = (0, 0)

    def choose(self, prize, hand):
        cards = torch.tensor(hand.mask())
        x = torch.cat([torch.tensor([prize, *self.last]) / CARDS, cards.float()]).unsqueeze(0)
        logits, self.tells = self.brain(x, self.tells)
        d = Categorical(logits=logits.masked_fill(~cards.unsqueeze(0), -1e9))
        i = d.sample()
        return int(i), d.log_prob(i)

    def saw(self, mine, theirs):
        self.last = (mine, theirs)


@torch.no_grad()
def take_after(brain, portrait):
    for p, q in zip(brain.parameters(), portrait.parameters()):
        p.copy_(q)
