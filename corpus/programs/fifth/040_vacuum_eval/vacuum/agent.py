from __future__ import annotations

import random

import numpy as np
import torch
from torch import nn


class QNet(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 128):
        super().__init__()
        self.gru = nn.GRU(n_obs, width, batch_first=True)
        self.q = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, n_act))

    def forward(self, obs, hidden=None):
        y, hidden = self.gru(obs, hidden)
        return self.q(y), hidden


class DRQNAgent:
    def __init__(self, n_obs: int, n_act: int, lr: float = 5e-4, gamma: float = 0.97):
        self.n_act, self.gamma = n_act, gamma
        self.qnet, self.tnet = QNet(n_obs, n_act), QNet(n_obs, n_act)
        self.tnet.load_state_dict(self.qnet.state_dict())
        self.opt = torch.optim.Adam(self.qnet.parameters(), lr=lr)
        self.hidden = None
        self.updates = 0

    def begin_episode(self) -> None:
        self.hidden = None

    @torch.no_grad()
    def act(self, obs: np.ndarray, eps: float = 0.0) -> int:
        q, self.hidden = self.qnet(torch.from_numpy(obs)[None, None], self.hidden)
        return random.randrange(self.n_act) if random.random() < eps else int(q[0, -1].argmax())

    def learn(self, episodes) -> float:
        obs = torch.from_numpy(np.stack([e["obs"] for e in episodes]))
        act = torch.from_numpy(np.stack([e["act"] for e in episodes]))
        rew = torch.from_numpy(np.stack([e["rew"] for e in episodes]))
        q, _ = self.qnet(obs)
        with torch.no_grad():
            tq, _ = self.tnet(obs)
            y = rew + self.gamma * tq[:, 1:].max(-1).values
            y[:, -1] = rew[:, -1]
        loss = nn.functional.smooth_l1_loss(q[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1), y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.qnet.parameters(), 5.0)
        self.opt.step()
        self.updates += 1
        if self.updates % 200 == 0:
            self.tnet.load_state_dict(self.qnet.state_dict())
        return loss.item()
