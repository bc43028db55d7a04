from __future__ import annotations

from typing import Optional

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.distributions import Categorical
from torch.utils.data import DataLoader, IterableDataset


class PumpStation:
    """Keep a tank between two levels at night tariff."""

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.level, self.t, self.demand = 0.5, 0, 0.02
        return self._obs()

    def _obs(self) -> np.ndarray:
        clock = 2 * np.pi * (self.t % 96) / 96
        return np.array([self.level + self.rng.normal(0, 0.05), np.sin(clock), np.cos(clock)], dtype=np.float32)

    def step(self, a: int):
        self.demand = float(np.clip(self.demand + self.rng.normal(0, 0.002), 0.005, 0.05))
        self.level += 0.025 * a - self.demand
        cheap = (self.t % 96) < 28
        reward = -0.02 * a * (1 if cheap else 3) - (1.0 if not 0.1 < self.level < 0.95 else 0.0)
        self.t += 1
        return self._obs(), reward, self.level <= 0 or self.level >= 1 or self.t >= 960


class Ticks(IterableDataset):
    def __init__(self, n: int):
        self.n = n

    def __iter__(self):
        yield from range(self.n)


class PumpAgent(pl.LightningModule):
    def __init__(self, lr: float = 5e-4, gamma: float = 0.99, horizon: int = 32, steps_per_epoch: int = 200):
        super().__init__()
        self.save_hyperparameters()
        self.rnn = nn.GRU(3, 64)
        self.pi = nn.Linear(64, 3)
        self.v = nn.Linear(64, 1)
        self.env = PumpStation()
        self.obs = self.env.reset()
        self.memory: Optional[Tensor] = None
        self.score = 0.0

    def forward(self, obs: Tensor, memory: Optional[Tensor] = None):
        y, memory = self.rnn(obs, memory)
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1), memory

    def _tensor(self) -> Tensor:
        return torch.from_numpy(self.obs).to(self.device).view(1, 1, -1)

    def training_step(self, tick, batch_idx):
        logps, values, rewards, alive, ents = [], [], [], [], []
        for _ in range(self.hparams.horizon):
            dist, value, self.memory = self(self._tensor(), self.memory)
            a = dist.sample()
            self.obs, r, over = self.env.step(int(a))
            self.score += r
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(r)
            alive.append(0.0 if over else 1.0)
            if over:
                self.log("episode_score", self.score, on_epoch=True, batch_size=1)
                self.score, self.memory = 0.0, None
                self.obs = self.env.reset()
        with torch.no_grad():
            _, ret, _ = self(self._tensor(), self.memory)
        loss = torch.zeros((), device=self.device)
        for i in reversed(range(len(rewards))):
            ret = rewards[i] + self.hparams.gamma * alive[i] * ret
            adv = ret - values[i]
            loss = loss + (-logps[i] * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ents[i]).sum()
        self.memory = None if self.memory is None else self.memory.detach()
        self.log("reward", float(np.mean(rewards)), on_step=False, on_epoch=True, prog_bar=True, batch_size=1)
        return loss

    def train_dataloader(self):
        return DataLoader(Ticks(self.hparams.steps_per_epoch), batch_size=None)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
