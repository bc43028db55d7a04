import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class BestRollbackCallback(BaseCallback):
    """Keeps the best policy on disk and goes back to it when the mean episode reward falls too far."""

    def __init__(self, best_path, check_freq=4096, drop=5.0, verbose=1):
        super().__init__(verbose)
        self.best_path = best_path
        self.check_freq = check_freq
        self.drop = drop
        self.best = -np.inf
        self.rollbacks = 0

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq != 0 or len(self.model.ep_info_buffer) < 50:
            return True
        mean = float(np.mean([ep["r"] for ep in self.model.ep_info_buffer]))
        if mean > self.best:
            self.best = mean
            self.model.save(self.best_path)
        elif mean < self.best - self.drop:
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} << {self.best:.2f}, rolling back")
            self.model.set_parameters(self.best_path)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.model.ep_info_buffer.clear()
            self.rollbacks += 1
        self.logger.record("rollback/count", self.rollbacks)
        return True
