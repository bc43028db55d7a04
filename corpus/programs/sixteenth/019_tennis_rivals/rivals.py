import random
from collections import OrderedDict

import torch
import torch.nn as nn
from torch.distributions import Categorical


class Agent(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.net = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh())
        self.lstm = nn.LSTM(64, hidden)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def initial_state(self, n):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)

    def get_states(self, x, state, done):
        batch = state[0].shape[1]
        feat = self.net(x).reshape(-1, batch, 64)
        done = done.reshape(-1, batch)
        out = []
        for f, d in zip(feat, done):
            keep = (1.0 - d).view(1, -1, 1)
            y, state = self.lstm(f.unsqueeze(0), (keep * state[0], keep * state[1]))
            out.append(y)
        return torch.cat(out).flatten(0, 1), state

    def act(self, x, state, done, action=None):
        h, state = self.get_states(x, state, done)
        dist = Categorical(logits=self.actor(h))
        if action is None:
            action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), self.critic(h).flatten(), state


class Rival:
    """Frozen former self on the other side of the net."""

    def __init__(self, obs_dim, n_act, n_envs):
        self.agent = Agent(obs_dim, n_act)
        self.n = n_envs
        self.state = self.agent.initial_state(n_envs)
        self.pool = []

    def remember(self, agent, limit=30):
        self.pool.append(OrderedDict((k, v.detach().clone()) for k, v in agent.state_dict().items()))
        if len(self.pool) > limit:
            self.pool.pop(random.randrange(len(self.pool) - 1))

    def change(self):
        weights = self.pool[-1] if random.random() < 0.5 else random.choice(self.pool)
        self.agent.load_state_dict(weights)
        self.state = self.agent.initial_state(self.n)

    @torch.no_grad()
    def act(self, obs, done):
        action, _, _, _, self.state = self.agent.act(obs, self.state, done)
        return action
