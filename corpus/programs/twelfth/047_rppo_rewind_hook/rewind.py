import copy

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class RewindCallback(BaseCallback):
    """Goes back to the best parameters when the mean episode reward has been low for some rollouts."""

    def __init__(self, drop=0.25, patience=8, verbose=1):
        super().__init__(verbose)
        self.drop = drop
        self.patience = patience
        self.best_mean = -np.inf
        self.best_params = None
        self.low = 0
        self.rewinds = 0

    def _mean(self):
        buf = self.model.ep_info_buffer
        if buf is None or len(buf) < 20:
            return None
        return float(np.mean([e["r"] for e in buf]))

    def _on_rollout_start(self):
        mean = self._mean()
        if mean is None:
            return
        if mean > self.best_mean:
            self.best_mean = mean
            self.best_params = copy.deepcopy(self.model.get_parameters())
            self.low = 0
        elif mean < self.best_mean - self.drop * abs(self.best_mean):
            self.low += 1
            if self.low >= self.patience:
                self.rewind()
                self.low = 0

    def rewind(self):
        self.model.set_parameters(self.best_params, exact_match=True)
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        self.model.ep_info_buffer.clear()
        self.rewinds += 1
        self.logger.record("rewind/count", self.rewinds)
        if self.verbose:
            print(f"{self.num_timesteps}: rewind to mean reward {self.best_mean:.2f}")

    def _on_step(self):
        return True
