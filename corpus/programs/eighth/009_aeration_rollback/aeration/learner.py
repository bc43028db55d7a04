from __future__ import annotations

import copy
import logging
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from .plant import Basin
from .policy import BlowerPolicy

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LearnerConfig:
    chunk: int = 48
    gamma: float = 0.995
    lr: float = 1e-3
    entropy: float = 0.005
    max_loss: float = 50.0
    good_every: int = 20
    lr_decay_on_rollback: float = 0.5
    seed: int = 0


class Learner:
    """Online actor-critic. If a chunk diverges, the last good weights come back."""

    def __init__(self, config: LearnerConfig) -> None:
        self.config = config
        self.plant = Basin(config.seed)
        self.policy = BlowerPolicy(Basin.OBS, Basin.ACTIONS)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=config.lr)
        self.rollbacks = 0
        self._remember_good()
        self._start_week()

    def _start_week(self) -> None:
        self.observation = self.plant.reset()
        self.state = self.policy.initial_state()
        self.week_return = 0.0

    def _remember_good(self) -> None:
        self._good_policy = copy.deepcopy(self.policy.state_dict())
        self._good_optimizer = copy.deepcopy(self.optimizer.state_dict())

    def _roll_back(self) -> None:
        self.policy.load_state_dict(self._good_policy)
        self.optimizer.load_state_dict(self._good_optimizer)
        self.rollbacks += 1
        factor = self.config.lr_decay_on_rollback**self.rollbacks
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.lr * factor
        logger.warning("rolled back (%d), learning rate x %.3g", self.rollbacks, factor)

    def _collect(self) -> tuple[Tensor, bool]:
        h, c = self.state
        self.state = (h.detach(), c.detach())
        log_probs: list[Tensor] = []
        values: list[Tensor] = []
        entropies: list[Tensor] = []
        rewards: list[float] = []
        done = False
        for _ in range(self.config.chunk):
            logits, value, self.state = self.policy.step(torch.from_numpy(self.observation), self.state)
            dist = Categorical(logits=logits)
            action = dist.sample()
            self.observation, reward, done = self.plant.step(int(action))
            self.week_return += reward
            log_probs.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(reward)
            if done:
                break
        if done:
            target = torch.zeros(())
        else:
            with torch.no_grad():
                target = self.policy.step(torch.from_numpy(self.observation), self.state)[1]
        targets: list[Tensor] = []
        for reward in reversed(rewards):
            target = reward + self.config.gamma * target
            targets.append(target)
        returns = torch.stack(targets[::-1])
        baseline = torch.stack(values)
        advantage = (returns - baseline).detach()
        loss = (
            -(torch.stack(log_probs) * advantage).mean()
            + 0.5 * (returns - baseline).pow(2).mean()
            - self.config.entropy * torch.stack(entropies).mean()
        )
        return loss, done

    def run(self, chunks: int) -> BlowerPolicy:
        for i in range(1, chunks + 1):
            loss, week_over = self._collect()
            value = loss.item()
            if not math.isfinite(value) or abs(value) > self.config.max_loss:
                self._roll_back()
            else:
                self.optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
                self.optimizer.step()
                if i % self.config.good_every == 0:
                    self._remember_good()
            if week_over:
                logger.info("chunk %d: week's return %.1f", i, self.week_return)
                self._start_week()
        return self.policy
