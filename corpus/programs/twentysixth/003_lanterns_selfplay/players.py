import torch
import torch.nn as nn
from torch.distributions import Categorical

from rules import CARDS, VIEW


class CardNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTMCell(VIEW, hidden)
        self.pi = nn.Linear(hidden, CARDS)

    def forward(self, view, state=None):
        h, c = self.lstm(view, state)
        return self.pi(h), (h, c)


def pick(logits, legal):
    mask = torch.tensor([legal])
    return Categorical(logits=logits.masked_fill(~mask, -1e9))


class Opponent:
    def __init__(self):
        self.net = CardNet()
        self.state = None

    def become(self, weights):
        self.net.load_state_dict(weights)

    def sit_down(self):
        self.state = None

    @torch.no_grad()
    def card(self, view, legal):
        logits, self.state = self.net(torch.tensor([view]), self.state)
        return pick(logits, legal).sample().item() + 1
