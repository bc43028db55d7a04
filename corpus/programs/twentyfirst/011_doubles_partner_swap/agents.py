import random

import torch
from torch import nn


class Agent:
    n_actions = 9

    def load(self, path):
        raise NotImplementedError

    def act(self, obs):
        raise NotImplementedError

    def reset(self):
        pass


class BaselineAgent(Agent):
    """Stays back, hits crosscourt mostly."""

    def load(self, path):
        pass

    def act(self, obs):
        return 4 if random.random() < 0.7 else random.randrange(self.n_actions)


class CourtNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width):
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU())
        self.lstm = nn.LSTM(width, width)
        self.out = nn.Linear(width, n_actions)

    def forward(self, obs, hc):
        y, hc = self.lstm(self.body(obs).unsqueeze(0), hc)
        return self.out(y[0]), hc


class RecurrentAgent(Agent):
    def __init__(self, obs_dim, width=96, greedy=False):
        self.net = CourtNet(obs_dim, self.n_actions, width)
        self.net.eval()
        self.greedy = greedy
        self.path = None
        self.reset()

    def load(self, path):
        self.net.load_state_dict(torch.load(path, map_location="cpu")["model"])
        self.path = path

    def reset(self):
        self.hc = (torch.zeros(1, 1, self.net.width), torch.zeros(1, 1, self.net.width))

    @torch.no_grad()
    def act(self, obs):
        obs = torch.as_tensor(obs, dtype=torch.float32).view(1, -1)
        logits, self.hc = self.net(obs, self.hc)
        if self.greedy:
            return logits.argmax(-1).item()
        return torch.distributions.Categorical(logits=logits).sample().item()
