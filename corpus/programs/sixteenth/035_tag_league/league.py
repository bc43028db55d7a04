import copy
import random

import torch
import torch.nn as nn


class TagNet(nn.Module):
    def __init__(self, hid=64):
        super().__init__()
        self.hid = hid
        self.body = nn.Sequential(nn.Linear(8, hid), nn.Tanh())
        self.rnn = nn.GRUCell(hid, hid)
        self.pi = nn.Linear(hid, 5)
        self.vf = nn.Linear(hid, 1)

    def initial(self, n):
        return torch.zeros(n, self.hid)

    def forward(self, x, h):
        h = self.rnn(self.body(x), h)
        return torch.distributions.Categorical(logits=self.pi(h)), self.vf(h).squeeze(-1), h


class League:
    def __init__(self, main, n_games, cap=30, p_latest=0.5):
        self.main = main
        self.rival = copy.deepcopy(main)
        self.n_games = n_games
        self.cap = cap
        self.p_latest = p_latest
        self.pool = [copy.deepcopy(main.state_dict())]
        self.rival_h = self.rival.initial(n_games)

    def add(self):
        self.pool.append(copy.deepcopy(self.main.state_dict()))
        if len(self.pool) > self.cap:
            self.pool.pop(random.randrange(1, len(self.pool) - 1))

    def draw(self):
        if random.random() < self.p_latest:
            self.rival.load_state_dict(self.main.state_dict())
            return "latest"
        k = random.randrange(len(self.pool))
        self.rival.load_state_dict(self.pool[k])
        self.rival_h = self.rival.initial(self.n_games)
        return f"#{k}"

    @torch.no_grad()
    def rival_act(self, obs):
        pi, _, self.rival_h = self.rival(obs, self.rival_h)
        return pi.sample()

    def game_over(self, done):
        self.rival_h = self.rival_h * (1.0 - done).unsqueeze(-1)
