import copy
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical


class GuardNet(nn.Module):
    """Two memories: one for the footsteps that are heard, one for the acting."""

    def __init__(self, obs_dim=6, n_words=8, n_actions=5, hidden=64):
        super().__init__()
        self.embed = nn.Embedding(n_words, 16)
        self.listener = nn.GRUCell(16, 32)
        self.core = nn.LSTMCell(obs_dim + 32, hidden)
        self.policy = nn.Linear(hidden, n_actions)

    def listen(self, word, heard):
        return self.listener(self.embed(word), heard)

    def forward(self, obs, heard, core):
        h, c = self.core(torch.cat([obs, heard], dim=-1), core)
        return self.policy(h), (h, c)


class ThiefNet(nn.Module):
    def __init__(self, obs_dim=6, n_actions=5, hidden=64):
        super().__init__()
        self.core = nn.LSTMCell(obs_dim, hidden)
        self.policy = nn.Linear(hidden, n_actions)

    def forward(self, obs, core):
        h, c = self.core(obs, core)
        return self.policy(h), (h, c)


class SnapshotPool:
    def __init__(self, limit=30):
        self.limit = limit
        self.snapshots = []

    def add(self, net):
        self.snapshots.append(copy.deepcopy(net.state_dict()))
        if len(self.snapshots) > self.limit:
            self.snapshots.pop(random.randrange(len(self.snapshots)))

    def sample(self):
        return random.choice(self.snapshots)


class GuardPlayer:
    """The frozen opponent, drawn from the pool."""

    def __init__(self, net):
        self.net = net.eval()
        self.begin_game()

    def begin_game(self):
        self.core = None
        self.heard = torch.zeros(1, 32)

    def switch_to(self, weights):
        self.net.load_state_dict(weights)
        self.core = None

    @torch.no_grad()
    def act(self, obs, word):
        self.heard = self.net.listen(torch.tensor([word]), self.heard)
        logits, self.core = self.net(torch.as_tensor(obs).unsqueeze(0), self.heard, self.core)
        return int(Categorical(logits=logits).sample())
