import copy

import torch
import torch.nn as nn
from torch.distributions import Categorical


class CraneNet(nn.Module):
    def __init__(self, obs_dim, stacks, hidden=40):
        super().__init__()
        self.body = nn.GRU(obs_dim, hidden)
        self.head = nn.Linear(hidden, stacks)

    def forward(self, obs, hx):
        out, hx = self.body(obs.view(1, 1, -1), hx)
        return Categorical(logits=self.head(out[0, 0])), hx


class CraneFleet:
    def __init__(self, names, obs_dim, stacks, lr):
        self.nets = {n: CraneNet(obs_dim, stacks) for n in names}
        self.opts = {n: torch.optim.RMSprop(self.nets[n].parameters(), lr=lr) for n in names}
        self.hx = {n: None for n in names}
        self.good = {n: copy.deepcopy(self.nets[n].state_dict()) for n in names}

    def act(self, name, obs):
        dist, self.hx[name] = self.nets[name](torch.from_numpy(obs), self.hx[name])
        a = dist.sample()
        return a.item(), dist.log_prob(a)

    def learn(self, name, logps, rewards, baseline):
        r = torch.tensor(rewards)
        togo = torch.flip(torch.cumsum(torch.flip(r, [0]), 0), [0]) - baseline
        loss = -(torch.stack(logps) * togo).mean()
        self.opts[name].zero_grad()
        loss.backward()
        self.opts[name].step()
        self.hx[name] = self.hx[name].detach()

    def mark_good(self, name):
        self.good[name] = copy.deepcopy(self.nets[name].state_dict())

    def replace(self, name, weights):
        self.nets[name].load_state_dict(weights)
        self.opts[name].state.clear()

    def clone_from(self, name, donor):
        self.replace(name, self.good[donor])
        self.hx[name] = None

    def roll_back(self, name):
        self.replace(name, self.good[name])
