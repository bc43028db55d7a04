from typing import Optional

import numpy as np
import torch
from torch import Tensor, nn

from settings import Settings


class RoomsEnv:
    """Bots choose which room to clean next; rooms get dirty at different speeds."""

    def __init__(self, s: Settings) -> None:
        self.s = s
        self.rng = np.random.default_rng(s.seed)

    def reset(self) -> np.ndarray:
        self.speed = self.rng.uniform(0.01, 0.08, self.s.rooms)
        self.dirt = self.rng.uniform(0.0, 1.0, self.s.rooms)
        self.where = self.rng.integers(0, self.s.rooms, self.s.bots)
        self.clock = 0
        return self._observe()

    def _observe(self) -> np.ndarray:
        onehot = np.eye(self.s.rooms)[self.where]
        seen = self.dirt[self.where][:, None]
        return np.concatenate([onehot, seen], axis=1).astype(np.float32)

    def step(self, rooms: np.ndarray) -> tuple[np.ndarray, float, bool]:
        travel = (rooms != self.where).mean()
        self.where = rooms
        self.dirt = np.minimum(self.dirt + self.speed, 2.0)
        cleaned = sum(self.dirt[r] for r in set(rooms.tolist()))
        self.dirt[rooms] = 0.0
        self.clock += 1
        reward = cleaned - 0.2 * travel - 0.1 * self.dirt.sum()
        return self._observe(), float(reward), self.clock == self.s.episode_len


class BotNet(nn.Module):
    def __init__(self, s: Settings) -> None:
        super().__init__()
        self.s = s
        self.enc = nn.Linear(s.rooms + 1, s.hidden)
        self.cell = nn.GRUCell(s.hidden, s.hidden)
        self.q = nn.Linear(s.hidden, s.rooms)

    def forward(self, obs: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        h = self.cell(torch.relu(self.enc(obs)), h)
        return self.q(h), h


class Fleet:
    def __init__(self, s: Settings) -> None:
        self.s = s
        self.net = BotNet(s)
        self._h: Optional[Tensor] = None

    def reset_hidden(self) -> None:
        self._h = torch.zeros(self.s.bots, self.s.hidden)

    def decide(self, obs: np.ndarray, eps: float, rng: np.random.Generator) -> np.ndarray:
        with torch.no_grad():
            q, self._h = self.net(torch.from_numpy(obs), self._h)
        rooms = q.argmax(1).numpy()
        explore = rng.random(self.s.bots) < eps
        return np.where(explore, rng.integers(0, self.s.rooms, self.s.bots), rooms)
