import os

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class RollbackCallback(BaseCallback):
    """Save the best policy seen, go back to it when the running reward collapses."""

    def __init__(self, folder, check_freq=5000, tolerance=2.0, verbose=1):
        super().__init__(verbose)
        self.path = os.path.join(folder, "best_so_far.zip")
        self.check_freq = check_freq
        self.tolerance = tolerance
        self.best = -np.inf

    def _init_callback(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _clear_memory(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )

    def _on_step(self):
        if self.n_calls % self.check_freq != 0 or len(self.model.ep_info_buffer) < 20:
            return True
        mean = float(np.mean([e["r"] for e in self.model.ep_info_buffer]))
        self.logger.record("rollback/mean", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.tolerance:
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} is far below {self.best:.2f}, rolling back")
            self.model.set_parameters(self.path)
            self._clear_memory()
        return True
