from collections import deque

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class HarvestGuard(BaseCallback):
    """Keeps the best growers' settings on disk and goes back to them after a collapse."""

    def __init__(self, keep_path: str, check_every: int = 500, drop: float = 0.35, verbose: int = 0):
        super().__init__(verbose)
        self.keep_path = keep_path
        self.check_every = check_every
        self.drop = drop
        self.days = deque(maxlen=12)
        self.best = -np.inf
        self.returns_to_best = 0

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.days.append(info["episode"]["r"])
        if self.n_calls % self.check_every or len(self.days) < 6:
            return True

        recent = float(np.mean(self.days))
        self.logger.record("guard/recent", recent)
        if recent > self.best:
            self.best = recent
            self.model.save(self.keep_path)
        elif recent < self.best - self.drop * abs(self.best):
            self._go_back()
        return True

    def _go_back(self) -> None:
        self.model.set_parameters(self.keep_path, device=self.model.device)
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )
        self.days.clear()
        self.returns_to_best += 1
        if self.verbose:
            print(f"[{self.num_timesteps}] back to {self.best:.2f}")
