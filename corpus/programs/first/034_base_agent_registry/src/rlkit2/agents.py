import abc

import torch
import torch.nn as nn

from .registry import register


class BaseAgent(abc.ABC):
    net: nn.Module

    def __init__(self, obs_dim, act_dim, device="cpu"):
        self.obs_dim, self.act_dim = obs_dim, act_dim
        self.device = torch.device(device)
        self.net = self.build().to(self.device)

    @abc.abstractmethod
    def build(self): ...

    @abc.abstractmethod
    def act(self, obs): ...

    def on_episode_start(self):
        pass

    def load(self, path):
        state = torch.load(path, map_location=self.device)
        if "net" in state:
            state = state["net"]
        self.net.load_state_dict(state)

    def save(self, path):
        torch.save({"net": self.net.state_dict()}, path)


@register("mlp")
class MLPAgent(BaseAgent):
    def build(self):
        return nn.Sequential(nn.Linear(self.obs_dim, 128), nn.Tanh(), nn.Linear(128, self.act_dim))

    @torch.no_grad()
    def act(self, obs):
        return self.net(torch.as_tensor(obs).float()).argmax(-1).cpu().numpy()


class _GRUNet(nn.Module):
    def __init__(self, o, a):
        super().__init__()
        self.gru = nn.GRUCell(o, 128)
        self.out = nn.Linear(128, a)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.out(h), h


@register("gru")
class GRUAgent(BaseAgent):
    _h = None

    def build(self):
        return _GRUNet(self.obs_dim, self.act_dim)

    def on_episode_start(self):
        self._h = None

    @torch.no_grad()
    def act(self, obs):
        x = torch.as_tensor(obs).float().view(-1, self.obs_dim)
        q, self._h = self.net(x, self._h)
        return q.argmax(-1).cpu().numpy()
