"""Go back to the best parameters when training collapses."""
import os

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class RollbackCallback(BaseCallback):
    """
    Keeps the best parameters (by mean training return) on disk, and restores them
    when the mean return has dropped by more than ``tolerance``.
    """

    def __init__(self, save_path: str, check_freq: int = 2_000, tolerance: float = 0.4, verbose: int = 1):
        super().__init__(verbose)
        self.save_path = save_path
        self.check_freq = check_freq
        self.tolerance = tolerance
        self.best_mean = -np.inf
        self.rollbacks = 0

    def _init_callback(self) -> None:
        os.makedirs(self.save_path, exist_ok=True)
        self.best_file = os.path.join(self.save_path, "best_model.zip")

    def _mean_return(self):
        buffer = self.model.ep_info_buffer
        if buffer is None or len(buffer) < 20:
            return None
        return float(np.mean([info["r"] for info in buffer]))

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq != 0:
            return True
        mean_return = self._mean_return()
        if mean_return is None:
            return True

        if mean_return > self.best_mean:
            self.best_mean = mean_return
            self.model.save(self.best_file)
        elif mean_return < self.best_mean - self.tolerance * abs(self.best_mean):
            self.model.set_parameters(self.best_file)
            # the LSTM state belongs to the discarded weights, so restart it
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.model.ep_info_buffer.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"rolled back to best model ({self.best_mean:.2f}), #{self.rollbacks}")
        self.logger.record("rollback/count", self.rollbacks)
        return True
