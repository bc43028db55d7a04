from __future__ import annotations

import numpy as np
import torch as th
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.utils import safe_mean


class RollbackOnCollapse(BaseCallback):
    """Keep the best weights seen so far and go back to them when the return collapses.

    :param check_freq: number of calls between two checks
    :param min_episodes: do not judge before that many finished episodes
    :param tolerance: allowed drop, as a fraction of the best mean return
    :param max_rollbacks: stop training after that many rollbacks
    """

    def __init__(
        self,
        check_freq: int = 2000,
        min_episodes: int = 50,
        tolerance: float = 0.35,
        max_rollbacks: int = 10,
        verbose: int = 1,
    ):
        super().__init__(verbose)
        self.check_freq = check_freq
        self.min_episodes = min_episodes
        self.tolerance = tolerance
        self.max_rollbacks = max_rollbacks
        self.best_mean = -np.inf
        self.best_weights: dict[str, th.Tensor] | None = None
        self.rollbacks = 0

    def _snapshot(self) -> None:
        self.best_weights = {k: v.detach().clone() for k, v in self.model.policy.state_dict().items()}

    def _rollback(self) -> None:
        self.model.policy.load_state_dict(self.best_weights)
        self.model.ep_info_buffer.clear()
        self.rollbacks += 1
        if self.verbose:
            print(f"[rollback] step {self.num_timesteps}: back to the weights with mean return {self.best_mean:.1f}")

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq != 0:
            return True
        if len(self.model.ep_info_buffer) < self.min_episodes:
            return True

        mean_return = safe_mean([ep["r"] for ep in self.model.ep_info_buffer])
        self.logger.record("rollback/best_mean", self.best_mean)
        self.logger.record("rollback/count", self.rollbacks)

        if mean_return > self.best_mean:
            self.best_mean = mean_return
            self._snapshot()
        elif mean_return < self.best_mean - self.tolerance * abs(self.best_mean):
            self._rollback()
            if self.rollbacks >= self.max_rollbacks:
                print("[rollback] giving up")
                return False
        return True
