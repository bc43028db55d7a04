from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback


@dataclass
class Former:
    at_step: int
    params: dict[str, Any]
    played: int = 0


class FormerSelves(BaseCallback):
    def __init__(self, keep: int = 20, store_every: int = 50_000, change_every: int = 10_000, newest: float = 0.3):
        super().__init__()
        self.pool: deque[Former] = deque(maxlen=keep)
        self.store_every, self.change_every, self.newest = store_every, change_every, newest
        self._store_at, self._change_at = 0, 0

    def _on_rollout_start(self) -> None:
        if self.num_timesteps >= self._store_at:
            params = self.model.get_parameters()
            self.pool.append(Former(self.num_timesteps, params))
            self._store_at += self.store_every
        if self.num_timesteps >= self._change_at:
            self._change_at += self.change_every
            for i in range(self.training_env.num_envs):
                former = self.pool[-1] if random.random() < self.newest else random.choice(self.pool)
                former.played += 1
                self.training_env.env_method("set_opponent", former.params, indices=[i])

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                us, them = info["score"]
                self.logger.record_mean("match/won", float(us > them))
        return True
