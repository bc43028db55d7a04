from __future__ import annotations

import random
from collections import deque
from typing import Deque, List, Tuple

import torch
from torch import nn

Carry = Tuple[torch.Tensor, torch.Tensor]


class DRQN(nn.Module):
    def __init__(self, obs: int, acts: int, width: int):
        super().__init__()
        self.width = width
        self.body = nn.Linear(obs, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.q = nn.Linear(width, acts)

    def blank(self, batch: int) -> Carry:
        z = torch.zeros(1, batch, self.width)
        return z, z.clone()

    def forward(self, x: torch.Tensor, carry: Carry) -> Tuple[torch.Tensor, Carry]:
        y, carry = self.lstm(torch.relu(self.body(x)), carry)
        return self.q(y), carry


class EpisodeStore:
    def __init__(self, size: int, length: int):
        self.eps: Deque[List[tuple]] = deque(maxlen=size)
        self.length = length

    def add(self, ep: List[tuple]) -> None:
        if len(ep) > self.length:
            self.eps.append(ep)

    def batch(self, n: int):
        cut = []
        for ep in random.choices(self.eps, k=n):
            i = random.randrange(len(ep) - self.length)
            cut.append(ep[i:i + self.length + 1])
        obs = torch.stack([torch.stack([s[0] for s in c]) for c in cut])
        act = torch.tensor([[s[1] for s in c] for c in cut])
        rew = torch.tensor([[s[2] for s in c] for c in cut])
        end = torch.tensor([[float(s[3]) for s in c] for c in cut])
        return obs, act, rew, end


class CourierAgent:
    def __init__(self, obs: int, acts: int, width: int = 64, gamma: float = 0.98,
                 lr: float = 5e-4, refresh: int = 500):
        self.acts, self.gamma, self.refresh = acts, gamma, refresh
        self.online = DRQN(obs, acts, width)
        self.behaviour = DRQN(obs, acts, width).requires_grad_(False)
        self.behaviour.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.carry = self.behaviour.blank(1)
        self.updates = 0

    def begin(self) -> None:
        self.carry = self.behaviour.blank(1)

    def act(self, obs: torch.Tensor, eps: float) -> int:
        q, self.carry = self.behaviour(obs.view(1, 1, -1), self.carry)
        if random.random() < eps:
            return random.randrange(self.acts)
        return int(q.argmax())

    def learn(self, store: EpisodeStore, n: int = 32) -> float:
        obs, act, rew, end = store.batch(n)
        q, _ = self.online(obs, self.online.blank(n))
        q_a = q.gather(2, act.unsqueeze(-1)).squeeze(-1)[:, :-1]
        q_lag, _ = self.behaviour(obs, self.behaviour.blank(n))
        target = rew[:, :-1] + self.gamma * (1 - end[:, :-1]) * q_lag[:, 1:].max(-1).values
        loss = nn.functional.smooth_l1_loss(q_a, target)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.updates += 1
        if self.updates % self.refresh == 0:
            self.behaviour.load_state_dict(self.online.state_dict())
            self.carry = self.behaviour.blank(1)
        return loss.item()
