from __future__ import annotations

import collections
import random
from typing import Any, Deque, Optional

import gymnasium
import numpy as np
import torch
from torch import nn


class Rival(nn.Module):
    def __init__(self, obs_dim: int = 5, n_moves: int = 4, units: int = 50):
        super().__init__()
        self.units = units
        self.lstm = nn.LSTM(obs_dim, units)
        self.logits = nn.Linear(units, n_moves)
        self.value = nn.Linear(units, 1)

    def forward(self, x, state):
        """x: (T, B, obs)"""
        y, state = self.lstm(x, state)
        return self.logits(y), self.value(y).squeeze(-1), state

    def zero_state(self, batch: int = 1):
        return (torch.zeros(1, batch, self.units), torch.zeros(1, batch, self.units))


class PartnerBoards(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-10, 10, (5,), np.float32)
    action_space = gymnasium.spaces.Discrete(4)

    def reset(self, *, seed: Optional[int] = None, options: Optional[dict[str, Any]] = None):
        super().reset(seed=seed)
        self.time = [60.0, 60.0]
        self.material = 0.0
        self.ply = 0
        return self.observe(0), {}

    def observe(self, p: int) -> np.ndarray:
        s = 1 - 2 * p
        return np.array([self.time[p] / 60, self.time[1 - p] / 60, s * self.material / 5,
                         self.ply % 2, self.ply / 80], dtype=np.float32)

    def push(self, p: int, move: int) -> None:
        think = [0.3, 0.9, 2.0, 5.0][move]
        self.time[p] -= think
        self.material += (1 - 2 * p) * self.np_random.normal(0.15 * think, 0.5)
        self.ply += 1

    def result(self) -> Optional[float]:
        if self.time[0] <= 0:
            return -1.0
        if self.time[1] <= 0:
            return 1.0
        if self.ply >= 160:
            return float(np.sign(self.material))
        return None


class RivalWrapper(gymnasium.Wrapper):
    def __init__(self, env: PartnerBoards, keep: int = 12):
        super().__init__(env)
        self.rival = Rival().eval()
        self.rival_state = self.rival.zero_state()
        self.snapshots: Deque[dict] = collections.deque(maxlen=keep)
        self._wanted: Optional[dict] = None

    def add_snapshot(self, net: nn.Module) -> None:
        self.snapshots.append({k: v.detach().clone() for k, v in net.state_dict().items()})

    def refresh(self) -> None:
        """Ask for another rival; it sits down when the present game is over."""
        if self.snapshots:
            self._wanted = random.choice(self.snapshots)

    def reset(self, **kwargs):
        if self._wanted is not None:
            self.rival.load_state_dict(self._wanted)
            self._wanted = None
        self.rival_state = self.rival.zero_state()
        return self.env.reset(**kwargs)

    def step(self, action):
        game: PartnerBoards = self.env.unwrapped
        game.push(0, int(action))
        res = game.result()
        if res is None:
            with torch.no_grad():
                x = torch.as_tensor(game.observe(1)).view(1, 1, -1)
                logits, _, self.rival_state = self.rival(x, self.rival_state)
            game.push(1, torch.distributions.Categorical(logits=logits[0, 0]).sample().item())
            res = game.result()
        return game.observe(0), res or 0.0, res is not None, False, {}
