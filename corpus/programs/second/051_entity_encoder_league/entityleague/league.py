import copy
import random

import torch
from torch.distributions import Categorical

from .net import EntityNet
from .rating import EloTable


class Rival:
    def __init__(self, card_dim, n_actions):
        self.net = EntityNet(card_dim, n_actions).eval()
        self.hidden_name = None

    def turn_into(self, name, weights):
        self.net.load_state_dict(weights)
        self.hidden_name = name

    @torch.no_grad()
    def bid(self, view, mask):
        logits, _ = self.net(torch.as_tensor(view)[None], torch.as_tensor(mask)[None])
        return int(Categorical(logits=logits).sample())


class League:
    def __init__(self, seed=0):
        self.members = {}
        self.table = EloTable()
        self.rng = random.Random(seed)

    def enlist(self, name, net):
        self.members[name] = copy.deepcopy(net.state_dict())

    def pick(self):
        name = self.rng.choice(list(self.members))
        return name, self.members[name]
