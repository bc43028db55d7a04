import random

import torch
from torch import nn

from registry import register


@register("env", "aisles")
class AisleEnv:
    obs_size, n_actions = 5, 4

    def __init__(self, length=15, aisles=6, limit=250):
        self.length, self.aisles, self.limit = length, aisles, limit

    def reset(self):
        self.a, self.p, self.t = 0, 0, 0
        self._order()
        return self._obs()

    def _order(self):
        self.goal = (random.randrange(self.aisles), random.randrange(self.length))
        self.announce = 1.0

    def _obs(self):
        told, self.announce = self.announce, 0.0
        ga, gp = self.goal if told else (0, 0)
        return [self.a / self.aisles, self.p / self.length, told, ga / self.aisles, gp / self.length]

    def step(self, act):
        self.t += 1
        if act < 2:
            self.p = min(self.length - 1, max(0, self.p + (1, -1)[act]))
        elif act == 2 and self.p == 0:
            self.a = (self.a + 1) % self.aisles
        reward = -0.01
        if act == 3 and (self.a, self.p) == self.goal:
            reward = 1.0
            self._order()
        return self._obs(), reward, self.t >= self.limit


class Policy(nn.Module):
    is_recurrent = False

    def initial_state(self, batch):
        return None


@register("policy", "mlp")
class MlpPolicy(Policy):
    def __init__(self, obs_size, n_actions, hidden=64):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_size, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.head = nn.Linear(hidden, n_actions + 1)

    def forward(self, obs, state=None):
        out = self.head(self.body(obs))
        return out[:, :-1], out[:, -1], None


@register("policy", "lstm")
class LstmPolicy(Policy):
    is_recurrent = True

    def __init__(self, obs_size, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(obs_size, hidden)
        self.head = nn.Linear(hidden, n_actions + 1)

    def initial_state(self, batch):
        return [torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)]

    def forward(self, obs, state):
        y, state = self.lstm(obs.unsqueeze(0), tuple(state))
        out = self.head(y[0])
        return out[:, :-1], out[:, -1], list(state)
