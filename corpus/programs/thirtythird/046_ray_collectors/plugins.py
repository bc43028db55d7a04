from __future__ import annotations

import abc
import random
from importlib.metadata import entry_points

import numpy as np
import torch
from torch import nn

_WORLDS: dict[str, type["World"]] = {}


class World(abc.ABC):
    obs_size: int
    act_size: int

    def __init_subclass__(cls, key: str, **kw):
        super().__init_subclass__(**kw)
        _WORLDS[key] = cls

    @abc.abstractmethod
    def begin(self) -> np.ndarray: ...

    @abc.abstractmethod
    def play(self, action: int) -> tuple[np.ndarray, float, bool]: ...


def world(key: str) -> World:
    for ep in entry_points(group="collectors.worlds"):
        ep.load()
    return _WORLDS[key]()


class Warehouse(World, key="warehouse"):
    """A picker on a ring of bins; the wanted bin is only told in the first step."""

    obs_size, act_size = 11, 3

    def _see(self, tell: bool) -> np.ndarray:
        x = np.zeros(self.obs_size, dtype=np.float32)
        x[self.at if not tell else self.want] = 1.0
        x[10] = float(tell)
        return x

    def begin(self):
        self.at, self.want, self.t = random.randrange(10), random.randrange(10), 0
        return self._see(True)

    def play(self, action):
        self.t += 1
        if action == 2:
            return self._see(False), 1.0 if self.at == self.want else -0.5, True
        self.at = (self.at + (1, -1)[action]) % 10
        return self._see(False), -0.02, self.t >= 30


class Picker(nn.Module):
    def __init__(self, obs: int, act: int, units: int = 48) -> None:
        super().__init__()
        self.gru = nn.GRU(obs, units)
        self.pi = nn.Linear(units, act)

    def forward(self, x: torch.Tensor, s: torch.Tensor | None = None):
        y, s = self.gru(x, s)
        return self.pi(y), s

    def export(self) -> list[np.ndarray]:
        return [p.detach().cpu().numpy().copy() for p in self.parameters()]

    @torch.no_grad()
    def adopt(self, arrays: list[np.ndarray]) -> None:
        for p, a in zip(self.parameters(), arrays):
            p.copy_(torch.tensor(a))
