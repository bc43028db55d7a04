from __future__ import annotations

import collections
import copy
import math

import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class SLARollback(BaseCallback):
    """Goes back to the best weights when the share of hot minutes rises above the service level."""

    def __init__(self, window: int = 50_000, factor: float = 3.0, floor: float = 0.002):
        super().__init__()
        self.flags: collections.deque[float] = collections.deque(maxlen=window)
        self.factor = factor
        self.floor = floor
        self.best_share = math.inf
        self.best_weights: dict | None = None
        self.wanted = False

    def _on_step(self) -> bool:
        self.flags.extend(float(info["hot"]) for info in self.locals["infos"])
        if len(self.flags) == self.flags.maxlen:
            share = sum(self.flags) / len(self.flags)
            if self.best_weights is not None and share > self.factor * max(self.best_share, self.floor):
                self.wanted = True
        return True

    def _on_rollout_end(self) -> None:
        if len(self.flags) < self.flags.maxlen:
            return
        share = sum(self.flags) / len(self.flags)
        self.logger.record("sla/hot_share", share)
        if share < self.best_share:
            self.best_share = share
            self.best_weights = copy.deepcopy(self.model.policy.state_dict())

    def _on_rollout_start(self) -> None:
        if not self.wanted:
            return
        assert isinstance(self.model, RecurrentPPO)
        self.model.policy.load_state_dict(self.best_weights)
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(t) for t in old.pi),
            tuple(th.zeros_like(t) for t in old.vf),
        )
        self.flags.clear()
        self.wanted = False
        self.logger.record("sla/rolled_back", self.num_timesteps)
