from copy import deepcopy

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class RollbackCallback(BaseCallback):
    """Go back to the best parameters if the return fell too far below its best."""

    def __init__(self, patience: int = 5, margin: float = 40.0, verbose: int = 1):
        super().__init__(verbose)
        self.patience = patience
        self.margin = margin
        self.best_return = -np.inf
        self.best_params = None
        self.bad = 0

    def _mean_return(self):
        if len(self.model.ep_info_buffer) < 10:
            return None
        return float(np.mean([ep["r"] for ep in self.model.ep_info_buffer]))

    def _on_rollout_start(self) -> None:
        current = self._mean_return()
        if current is None:
            return
        if current > self.best_return:
            self.best_return = current
            self.best_params = deepcopy(self.model.get_parameters())
            self.bad = 0
        elif current < self.best_return - self.margin:
            self.bad += 1
        if self.bad >= self.patience:
            self.model.set_parameters(self.best_params)
            if hasattr(self.model.policy, "reset_states"):
                self.model.policy.reset_states()
            self.bad = 0
            if self.verbose:
                print(f"rolled back to {self.best_return:.1f} at {self.num_timesteps}")

    def _on_step(self) -> bool:
        return True
