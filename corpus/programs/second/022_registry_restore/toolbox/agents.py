import abc
import copy

import torch
from torch import nn
from torch.distributions import Categorical

from .registry import register


class Agent(abc.ABC):
    def __init__(self, obs_dim, n_actions, n_envs, lr=1e-3):
        self.obs_dim, self.n_actions, self.n_envs = obs_dim, n_actions, n_envs
        self.net = self.build()
        self.optim = torch.optim.Adam(self.net.parameters(), lr=lr)

    @abc.abstractmethod
    def build(self): ...

    @abc.abstractmethod
    def forward(self, obs): ...

    def done(self, rows):
        pass

    def start(self):
        pass

    def act(self, obs):
        logits, value = self.forward(torch.as_tensor(obs))
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), value

    def checkpoint(self):
        return {"kind": self.kind, "net": copy.deepcopy(self.net.state_dict()), "optim": copy.deepcopy(self.optim.state_dict())}

    def restore(self, path, fresh=False):
        blob = torch.load(path, map_location="cpu")
        if blob["kind"] != self.kind:
            raise ValueError(f"{path} holds a {blob['kind']}")
        self.net.load_state_dict(blob["net"])
        self.optim.load_state_dict(blob["optim"])
        if fresh:
            self.start()


@register("mlp")
class MLPAgent(Agent):
    def build(self):
        return nn.Sequential(nn.Linear(self.obs_dim, 64), nn.Tanh(), nn.Linear(64, self.n_actions + 1))

    def forward(self, obs):
        out = self.net(obs)
        return out[:, :-1], out[:, -1]


class _GRU(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(obs_dim, width)
        self.head = nn.Linear(width, n_actions + 1)

    def forward(self, obs, h):
        h = self.cell(obs, h)
        return self.head(h), h


@register("gru")
class GRUAgent(Agent):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.start()

    def build(self):
        return _GRU(self.obs_dim, self.n_actions)

    def start(self):
        self.h = torch.zeros(self.n_envs, self.net.width)

    def forward(self, obs):
        out, self.h = self.net(obs, self.h)
        return out[:, :-1], out[:, -1]

    def done(self, rows):
        keep = torch.ones(self.n_envs, 1)
        keep[rows] = 0.0
        self.h = self.h * keep

    def detach(self):
        self.h = self.h.detach()
