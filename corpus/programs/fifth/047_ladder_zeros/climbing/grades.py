from __future__ import annotations

from collections import deque

import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class GradeLadder(BaseCallback):
    """Raises the grade when most climbs reach the top, and lets the climbers start with a clear head."""

    def __init__(self, promote_at: float = 0.7, window: int = 200, hardest: int = 5) -> None:
        super().__init__()
        self.promote_at, self.hardest = promote_at, hardest
        self.tops: deque[bool] = deque(maxlen=window)
        self.grade = 0

    def _on_step(self) -> bool:
        for done, info in zip(self.locals["dones"], self.locals["infos"]):
            if done:
                self.tops.append(bool(info["top"]))
        return True

    def _on_rollout_start(self) -> None:
        full = len(self.tops) == self.tops.maxlen
        if not full or self.grade >= self.hardest or sum(self.tops) / len(self.tops) < self.promote_at:
            return
        self.grade += 1
        self.tops.clear()
        self.training_env.env_method("set_grade", self.grade)
        self.logger.record("climb/grade", self.grade)
        self._clear_head()

    def _clear_head(self) -> None:
        shape = self.model.policy.lstm_hidden_state_shape
        device = self.model.device

        def pair():
            return th.zeros(shape, device=device), th.zeros(shape, device=device)

        self.model._last_lstm_states = RNNStates(pair(), pair())
