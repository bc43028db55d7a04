import copy
import random

import torch
import torch.nn as nn


class Captain(nn.Module):
    def __init__(self, obs_dim, n_actions, size=64):
        super().__init__()
        self.size = size
        self.enc = nn.Linear(obs_dim, size)
        self.cell = nn.LSTMCell(size, size)
        self.pi = nn.Linear(size, n_actions)
        self.v = nn.Linear(size, 1)

    def forward(self, obs, h, c):
        h, c = self.cell(torch.relu(self.enc(obs)), (h, c))
        return self.pi(h), self.v(h).squeeze(-1), h, c


class Entry:
    def __init__(self, name, weights, veteran=False):
        self.name, self.weights, self.veteran = name, weights, veteran
        self.wins, self.games = 1.0, 2.0

    @property
    def rate(self):
        return self.wins / self.games


class Hall:
    def __init__(self, keep=24):
        self.entries, self.keep = [], keep

    def admit(self, name, net, veteran=False):
        self.entries.append(Entry(name, copy.deepcopy(net.state_dict()), veteran))
        if len(self.entries) > self.keep:
            plain = [e for e in self.entries if not e.veteran]
            self.entries.remove(min(plain, key=lambda e: e.rate))

    def draw(self):
        return random.choices(self.entries, [e.rate ** 2 + 0.05 for e in self.entries])[0]


class Opposition:
    """`slots` opponents, each of which plays an equal share of the sectors."""

    def __init__(self, hall, make_net, n_envs, slots):
        assert n_envs % slots == 0
        self.hall, self.slots, self.share = hall, slots, n_envs // slots
        self.nets = [make_net() for _ in range(slots)]
        self.names = [None] * slots
        self.seats = [None] * slots
        size = self.nets[0].size
        self.h = torch.zeros(n_envs, size)
        self.c = torch.zeros(n_envs, size)

    def rows(self, k):
        return slice(k * self.share, (k + 1) * self.share)

    def reseat(self):
        for k in range(self.slots):
            entry = self.hall.draw()
            if self.names[k] == entry.name:
                continue
            self.nets[k].load_state_dict(entry.weights)
            self.seats[k], self.names[k] = entry, entry.name
            if entry.veteran:
                print(f"slot {k}: veteran {entry.name} at {entry.rate:.2f}")
                continue
            self.h[self.rows(k)] = 0.0
            self.c[self.rows(k)] = 0.0

    @torch.no_grad()
    def act(self, obs):
        picks = []
        for k, net in enumerate(self.nets):
            r = self.rows(k)
            logits, _, self.h[r], self.c[r] = net(obs[r], self.h[r], self.c[r])
            picks.append(torch.distributions.Categorical(logits=logits).sample())
        return torch.cat(picks)

    def over(self, done, won):
        self.h[done] = 0.0
        self.c[done] = 0.0
        for k, entry in enumerate(self.seats):
            r = self.rows(k)
            entry.games += float(done[r].sum())
            entry.wins += float((done[r] & ~won[r]).sum())
