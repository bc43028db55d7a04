from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from .env import GreenhouseEnv
from .policy import ClimatePolicy


class Carry(NamedTuple):
    obs: Tensor
    hidden: Tensor
    done: Tensor


@dataclass
class Segment:
    obs: Tensor
    actions: Tensor
    logp: Tensor
    values: Tensor
    rewards: Tensor
    dones: Tensor
    start_hidden: Tensor
    last_value: Tensor
    last_done: Tensor
    returns: list[float]


class RolloutWorker:
    def __init__(self, policy: ClimatePolicy, n_envs: int, horizon: int) -> None:
        self.policy = policy
        self.horizon = horizon
        self.envs = [GreenhouseEnv(seed=i) for i in range(n_envs)]
        first = np.stack([e.reset()[0] for e in self.envs])
        self.carry = Carry(torch.from_numpy(first), policy.initial(n_envs), torch.zeros(n_envs))
        self._score = np.zeros(n_envs)

    @torch.no_grad()
    def collect(self) -> Segment:
        obs, hidden, done = self.carry
        start = hidden.clone()
        rows: list[tuple[Tensor, ...]] = []
        finished: list[float] = []
        for _ in range(self.horizon):
            hidden = hidden * (1.0 - done).unsqueeze(-1)
            dist, value, hidden = self.policy(obs, hidden)
            action = dist.sample()
            reward, nxt, over = self._advance(action.numpy(), finished)
            rows.append((obs, action, dist.log_prob(action), value, reward, done))
            obs, done = nxt, over
        _, last_value, _ = self.policy(obs, hidden * (1.0 - done).unsqueeze(-1))
        self.carry = Carry(obs, hidden, done)
        o, a, lp, v, r, d = (torch.stack(c) for c in zip(*rows))
        return Segment(o, a, lp, v, r, d, start, last_value, done, finished)

    def _advance(self, actions: np.ndarray, finished: list[float]):
        obs, rewards, dones = [], [], []
        for i, (env, a) in enumerate(zip(self.envs, actions)):
            o, r, term, trunc, _ = env.step(int(a))
            self._score[i] += r
            if term or trunc:
                finished.append(float(self._score[i]))
                self._score[i] = 0.0
                o, _ = env.reset()
            obs.append(o)
            rewards.append(r)
            dones.append(float(term or trunc))
        return torch.tensor(rewards, dtype=torch.float32), torch.from_numpy(np.stack(obs)), torch.tensor(dones)
