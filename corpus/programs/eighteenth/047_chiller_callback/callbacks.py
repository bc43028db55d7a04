import os

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class BestModelGuard(BaseCallback):
    """Keeps the best policy on disk and goes back to it when the reward has collapsed."""

    def __init__(self, path, check_freq=2000, tolerance=0.3, verbose=1):
        super().__init__(verbose)
        self.path = path
        self.check_freq = check_freq
        self.tolerance = tolerance
        self.best = -np.inf
        self.restores = 0

    def _init_callback(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _mean_reward(self):
        buf = self.model.ep_info_buffer
        return np.mean([ep["r"] for ep in buf]) if len(buf) >= 10 else None

    def _on_step(self):
        if self.n_calls % self.check_freq:
            return True
        mean = self._mean_reward()
        if mean is None:
            return True
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.tolerance * abs(self.best):
            self._restore(mean)
        self.logger.record("guard/best", self.best)
        self.logger.record("guard/restores", self.restores)
        return True

    def _restore(self, mean):
        if self.verbose:
            print(f"[guard] {self.num_timesteps}: {mean:.1f} << {self.best:.1f}, restoring")
        self.model.set_parameters(self.path)
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        self.model.ep_info_buffer.clear()
        self.restores += 1
