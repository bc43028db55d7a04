import contextlib
import copy

import torch
import torch.nn.functional as F
from torch import nn

from shop import Shop


class Pricer(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(2 + Shop.n_prices + 1, width)
        self.head = nn.Linear(width, Shop.n_prices)
        self.begin_trial()

    def begin_trial(self):
        self.notes = (torch.zeros(1, self.width), torch.zeros(1, self.width))
        self.last = torch.zeros(1, Shop.n_prices + 1)

    def cut(self):
        self.notes = tuple(s.detach() for s in self.notes)

    def quote(self, obs):
        x = torch.cat([torch.from_numpy(obs)[None], self.last], 1)
        self.notes = self.lstm(x, self.notes)
        dist = torch.distributions.Categorical(logits=self.head(self.notes[0]))
        pick = dist.sample()
        return pick, dist.log_prob(pick)

    def hear(self, pick, reward):
        onehot = F.one_hot(pick, Shop.n_prices).float()
        self.last = torch.cat([onehot, torch.tensor([[reward]])], 1)


@contextlib.contextmanager
def borrowed(pricer):
    """Whatever is done to the weights inside is undone at the end."""
    kept = copy.deepcopy(pricer.state_dict())
    pricer.begin_trial()
    try:
        yield pricer
    finally:
        pricer.load_state_dict(kept)
        pricer.begin_trial()
