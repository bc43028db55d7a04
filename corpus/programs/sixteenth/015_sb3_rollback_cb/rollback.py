import copy
from collections import deque

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class RollbackCallback(BaseCallback):
    """Go back to the best parameters when the running return collapses."""

    def __init__(self, window=100, drop=0.4, check_every=5000, verbose=0):
        super().__init__(verbose)
        self.window = window
        self.drop = drop
        self.check_every = check_every
        self.returns = deque(maxlen=window)
        self.best = -np.inf
        self.best_params = None
        self.rollbacks = 0

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
        if self.n_calls % self.check_every or len(self.returns) < self.window:
            return True

        mean = float(np.mean(self.returns))
        if mean > self.best:
            self.best = mean
            self.best_params = copy.deepcopy(self.model.get_parameters())
        elif mean < self.best - self.drop * abs(self.best):
            self.model.set_parameters(self.best_params)
            self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)
            self.returns.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"[{self.num_timesteps}] {mean:.1f} << {self.best:.1f}: rolled back")
        self.logger.record("rollback/count", self.rollbacks)
        self.logger.record("rollback/best", self.best)
        return True
