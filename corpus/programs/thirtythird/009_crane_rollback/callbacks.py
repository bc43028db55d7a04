import os
from typing import Optional

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class RollbackOnCollapse(BaseCallback):
    """Keeps the best parameters seen and goes back to them when the return collapses."""

    def __init__(self, save_dir: str, check_freq: int = 500, margin: float = 15.0, verbose: int = 1):
        super().__init__(verbose)
        self.path = os.path.join(save_dir, "best_crane")
        self.check_freq = check_freq
        self.margin = margin
        self.best: Optional[float] = None
        self.rollbacks = 0

    def _init_callback(self) -> None:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq or len(self.model.ep_info_buffer) < 20:
            return True
        mean = float(np.mean([info["r"] for info in self.model.ep_info_buffer]))
        if self.best is None or mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.margin:
            self.model.set_parameters(self.path + ".zip")
            last = self.model._last_lstm_states
            self.model._last_lstm_states = RNNStates(
                tuple(th.zeros_like(t) for t in last.pi),
                tuple(th.zeros_like(t) for t in last.vf),
            )
            self.model.ep_info_buffer.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"[{self.num_timesteps}] {mean:.1f} < {self.best:.1f}: back to best")
        self.logger.record("rollback/count", self.rollbacks)
        return True
