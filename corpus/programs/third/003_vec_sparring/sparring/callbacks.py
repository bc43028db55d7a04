from collections import deque
from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class PromoteOnWinRate(BaseCallback):
    def __init__(self, folder, threshold=0.6, window=200, verbose=0):
        super().__init__(verbose)
        self.folder = Path(folder)
        self.threshold = threshold
        self.results = deque(maxlen=window)
        self.generation = 0

    def _init_callback(self):
        self.folder.mkdir(parents=True, exist_ok=True)

    def _on_step(self):
        rewards, dones = self.locals["rewards"], self.locals["dones"]
        for r, d in zip(rewards, dones):
            if d:
                self.results.append(float(r > 0))
        return True

    def _on_rollout_end(self):
        if len(self.results) < self.results.maxlen:
            return
        rate = float(np.mean(self.results))
        self.logger.record("sparring/win_rate", rate)
        if rate >= self.threshold:
            self.generation += 1
            path = self.folder / f"gen_{self.generation:04d}.zip"
            self.model.save(path)
            self.training_env.promote(str(path))
            self.results.clear()
            self.logger.record("sparring/generation", self.generation)
