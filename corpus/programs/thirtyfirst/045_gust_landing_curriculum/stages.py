import os
from collections import deque

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class StageCallback(BaseCallback):
    """Promotes when enough landings succeed, saves the best policy of every stage and falls back to it on a collapse."""

    def __init__(self, n_stages, folder, window=200, promote_at=0.8, collapse=0.4, verbose=1):
        super().__init__(verbose)
        self.n_stages = n_stages
        self.folder = folder
        self.window = window
        self.promote_at = promote_at
        self.collapse = collapse
        self.stage = 0
        self.best = 0.0
        self.results = deque(maxlen=window)

    def _init_callback(self):
        os.makedirs(self.folder, exist_ok=True)

    def _path(self):
        return os.path.join(self.folder, f"stage_{self.stage}.zip")

    def _promote(self):
        self.model.save(self._path())
        self.stage += 1
        self.best = 0.0
        self.results.clear()
        self.training_env.env_method("set_stage", self.stage)
        if self.verbose:
            print(f"[{self.num_timesteps}] stage {self.stage}")

    def _fall_back(self, rate):
        if self.verbose:
            print(f"[{self.num_timesteps}] success {rate:.2f} after {self.best:.2f}: back to {self._path()}")
        self.model.set_parameters(self._path(), exact_match=True, device=self.model.device)
        for net_states in self.model._last_lstm_states:
            for tensor in net_states:
                tensor.zero_()
        self.results.clear()

    def _on_step(self) -> bool:
        for done, info in zip(self.locals["dones"], self.locals["infos"]):
            if done:
                self.results.append(info.get("is_success", False))
        if len(self.results) < self.window:
            return True
        rate = float(np.mean(self.results))
        if rate >= self.promote_at and self.stage + 1 < self.n_stages:
            self._promote()
        elif rate > self.best + 0.02:
            self.best = rate
            self.model.save(self._path())
        elif rate < self.best - self.collapse:
            self._fall_back(rate)
        return True

    def _on_rollout_end(self):
        self.logger.record("curriculum/stage", self.stage)
        if self.results:
            self.logger.record("curriculum/success", float(np.mean(self.results)))
