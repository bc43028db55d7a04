from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from level import Level


@dataclass
class Settings:
    episodes: int = 20_000
    hidden: int = 64
    window: int = 16
    batch: int = 32
    gamma: float = 0.98
    lr: float = 5e-4
    target_every: int = 250
    memory: int = 2000
    eps_end: float = 0.05


class QNet(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.fc = nn.Linear(5, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, 4)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, hc=None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y, hc = self.lstm(torch.relu(self.fc(x)), hc)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), hc


class EpisodeMemory:
    def __init__(self, size: int, window: int) -> None:
        self.episodes: deque = deque(maxlen=size)
        self.window = window

    def add(self, obs, act, rew, done) -> None:
        self.episodes.append((np.array(obs, np.float32), np.array(act), np.array(rew, np.float32), np.array(done, np.float32)))

    def draw(self, n: int):
        long_enough = [e for e in self.episodes if len(e[1]) >= self.window]
        if len(long_enough) < n:
            return None
        parts = []
        for obs, act, rew, done in random.sample(long_enough, n):
            s = random.randint(0, len(act) - self.window)
            e = s + self.window
            parts.append((obs[s:e + 1], act[s:e], rew[s:e], done[s:e]))
        return [torch.from_numpy(np.stack(p)) for p in zip(*parts)]


class Trainer:
    def __init__(self, s: Settings) -> None:
        self.s = s
        self.online = QNet(s.hidden)
        self.target = QNet(s.hidden)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=s.lr)
        self.memory = EpisodeMemory(s.memory, s.window)
        self.updates = 0

    def play(self, level: Level, eps: float) -> tuple[float, int]:
        obs, hc, done = level.reset(), None, False
        xs, acts, rews, dones = [obs], [], [], []
        while not done:
            with torch.no_grad():
                q, hc = self.online(torch.from_numpy(obs)[None, None], hc)
            a = random.randrange(4) if random.random() < eps else int(q[0, 0].argmax())
            obs, r, done = level.step(a)
            xs.append(obs)
            acts.append(a)
            rews.append(r)
            dones.append(done)
        self.memory.add(xs, acts, rews, dones)
        return sum(rews), level.x

    def update(self) -> float | None:
        sample = self.memory.draw(self.s.batch)
        if sample is None:
            return None
        obs, act, rew, done = sample
        q, _ = self.online(obs)
        with torch.no_grad():
            q_target, _ = self.target(obs)
            best = q[:, 1:].argmax(-1, keepdim=True)
            y = rew + self.s.gamma * (1 - done) * q_target[:, 1:].gather(-1, best).squeeze(-1)
        loss = nn.functional.smooth_l1_loss(q[:, :-1].gather(-1, act[..., None]).squeeze(-1), y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10)
        self.opt.step()
        self.updates += 1
        if self.updates % self.s.target_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return loss.item()

    def fit(self) -> None:
        level = Level()
        far: deque = deque(maxlen=100)
        for ep in range(self.s.episodes):
            eps = max(self.s.eps_end, 1 - ep / (0.3 * self.s.episodes))
            _, x = self.play(level, eps)
            far.append(x)
            loss = self.update()
            if ep % 200 == 0:
                print(f"ep {ep} eps {eps:.2f} distance {np.mean(far):.1f} loss {loss}")
        torch.save(self.online.state_dict(), "platformer.pt")


if __name__ == "__main__":
    Trainer(Settings()).fit()
