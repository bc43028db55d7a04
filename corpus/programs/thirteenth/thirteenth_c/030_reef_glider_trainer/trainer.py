from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.distributions import Categorical

from glider import GliderBatch, GliderPolicy


@dataclass
class TrainerConfig:
    iterations: int = 5000
    rollout: int = 32
    envs: int = 16
    gamma: float = 0.99
    lr: float = 5e-4
    drop_tolerance: float = 0.15


class Hook(Protocol):
    def after_iteration(self, trainer: "Trainer", mean_reward: float) -> None: ...


class Trainer:
    def __init__(self, cfg: TrainerConfig, hooks: list[Hook]) -> None:
        self.cfg = cfg
        self.hooks = hooks
        self.env = GliderBatch(cfg.envs)
        self.policy = GliderPolicy()
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=cfg.lr)
        self.obs: Tensor = self.env.reset()
        self.memory: Tensor = self.policy.initial_memory(cfg.envs)
        self.iteration = 0

    def run(self) -> None:
        while self.iteration < self.cfg.iterations:
            reward = self._iterate()
            self.iteration += 1
            for hook in self.hooks:
                hook.after_iteration(self, reward)

    def _iterate(self) -> float:
        memory = self.memory.detach()
        logps, values, rewards, alive = [], [], [], []
        for _ in range(self.cfg.rollout):
            logits, value, memory = self.policy(self.obs, memory)
            dist = Categorical(logits=logits)
            action = dist.sample()
            self.obs, reward, done = self.env.step(action)
            keep = (~done).float()
            memory = memory * keep.unsqueeze(1)
            logps.append(dist.log_prob(action))
            values.append(value)
            rewards.append(reward)
            alive.append(keep)
        self.memory = memory.detach()

        with torch.no_grad():
            _, ret, _ = self.policy(self.obs, self.memory)
        returns = []
        for r, k in zip(reversed(rewards), reversed(alive)):
            ret = r + self.cfg.gamma * k * ret
            returns.append(ret)
        targets = torch.stack(returns[::-1])
        vals = torch.stack(values)
        adv = targets - vals
        loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return torch.stack(rewards).mean().item()
