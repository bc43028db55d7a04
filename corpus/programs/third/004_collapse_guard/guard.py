"""Callback that goes back to the best saved policy when the mean return collapses."""
import os

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class CollapseGuard(BaseCallback):
    def __init__(self, save_dir, patience=5, drop=0.5, verbose=1):
        super().__init__(verbose=verbose)
        self.save_dir = save_dir
        self.patience = patience
        self.drop = drop
        self.best = -np.inf
        self.bad_rollouts = 0
        self.n_rollbacks = 0
        self.best_path = os.path.join(save_dir, "best.zip")

    def _init_callback(self):
        os.makedirs(self.save_dir, exist_ok=True)

    def _mean_return(self):
        buf = self.model.ep_info_buffer
        if not buf:
            return None
        return float(np.mean([ep["r"] for ep in buf]))

    def _on_rollout_start(self):
        score = self._mean_return()
        if score is None:
            return
        if score > self.best:
            self.best = score
            self.bad_rollouts = 0
            self.model.save(self.best_path)
            return
        if score < self.best - self.drop * abs(self.best):
            self.bad_rollouts += 1
        else:
            self.bad_rollouts = 0
        if self.bad_rollouts >= self.patience:
            self._rollback(score)

    def _rollback(self, score):
        self.n_rollbacks += 1
        self.bad_rollouts = 0
        self.model.set_parameters(self.best_path)
        self.logger.record("guard/rollbacks", self.n_rollbacks)
        if self.verbose:
            print(f"[guard] return {score:.1f} fell from {self.best:.1f}: back to {self.best_path}")

    def _on_step(self):
        return True
