import copy
import random
from dataclasses import dataclass, field
from typing import Any, List, Optional, Tuple

import numpy as np
import torch
import torch.nn as nn


class ElevatorBank:
    """Two lifts serving `floors` floors, passengers arrive at random."""

    def __init__(self, floors: int = 8, ticks: int = 900, seed: int = 0):
        self.floors, self.ticks = floors, ticks
        self.rng = np.random.default_rng(seed)
        self.n_obs = floors + 2
        self.n_actions = 9

    def reset(self) -> np.ndarray:
        self.t = 0
        self.cars = [0, self.floors - 1]
        self.queue = np.zeros(self.floors, dtype=np.float32)
        return self._obs()

    def _obs(self) -> np.ndarray:
        cars = np.array(self.cars, dtype=np.float32) / self.floors
        return np.concatenate([self.queue / 10.0, cars]).astype(np.float32)

    def step(self, action: int) -> Tuple[np.ndarray, float, bool]:
        self.t += 1
        rate = np.full(self.floors, 0.02)
        rate[0] = 0.25 if self.t < self.ticks // 3 else 0.05
        self.queue += self.rng.random(self.floors) < rate
        for i, move in enumerate((action // 3 - 1, action % 3 - 1)):
            self.cars[i] = int(np.clip(self.cars[i] + move, 0, self.floors - 1))
            if move == 0:
                self.queue[self.cars[i]] = max(0.0, self.queue[self.cars[i]] - 4)
        return self._obs(), -float(self.queue.sum()) / 20.0, self.t >= self.ticks


class Dispatcher(nn.Module):
    def __init__(self, n_obs: int, n_actions: int, hidden: int):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, hidden)
        self.policy = nn.Linear(hidden, n_actions)
        self.baseline = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.policy(y), self.baseline(y).squeeze(-1), state


@dataclass
class Member:
    name: str
    env: ElevatorBank
    net: Dispatcher
    opt: torch.optim.Optimizer
    hparams: dict
    obs: Optional[np.ndarray] = None
    state: Optional[Tuple[torch.Tensor, torch.Tensor]] = None
    total: float = 0.0
    history: List[float] = field(default_factory=list)

    def restart(self) -> None:
        self.obs = self.env.reset()
        self.state = None
        self.total = 0.0

    def fitness(self, window: int = 5) -> float:
        return float(np.mean(self.history[-window:])) if self.history else -np.inf

    def adopt(self, other: "Member", rng: random.Random) -> None:
        self.net.load_state_dict(other.net.state_dict())
        self.opt.load_state_dict(other.opt.state_dict())
        self.hparams = copy.deepcopy(other.hparams)
        for key in ("lr", "entropy"):
            self.hparams[key] *= rng.choice((0.8, 1.2))
        for g in self.opt.param_groups:
            g["lr"] = self.hparams["lr"]
        self.history = list(other.history)


def build(i: int, hidden: int, rng: random.Random) -> Member:
    env = ElevatorBank(seed=i)
    net = Dispatcher(env.n_obs, env.n_actions, hidden)
    hp: dict[str, Any] = {"lr": 10 ** rng.uniform(-4, -3), "entropy": rng.uniform(0.001, 0.02), "gamma": 0.99}
    m = Member(f"m{i:02d}", env, net, torch.optim.Adam(net.parameters(), lr=hp["lr"]), hp)
    m.restart()
    return m
