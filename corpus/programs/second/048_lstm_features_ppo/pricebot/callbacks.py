import logging
from collections import deque

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

log = logging.getLogger(__name__)


class Safeguard(BaseCallback):
    """Back to the last good parameters when the mean return falls below a floor."""

    model: PPO

    def __init__(self, path, floor=-5.0, window=50):
        super().__init__()
        self.path = path
        self.floor = floor
        self.recent = deque(maxlen=window)
        self.best = -np.inf
        self.saved = False

    def _on_step(self):
        self.recent.extend(i["episode"]["r"] for i in self.locals["infos"] if "episode" in i)
        return True

    def _on_rollout_start(self):
        if len(self.recent) < self.recent.maxlen:
            return
        mean = float(np.mean(self.recent))
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
            self.saved = True
        elif mean < self.floor and self.saved:
            log.warning("%d: %.2f, back to the saved parameters", self.num_timesteps, mean)
            self.model.set_parameters(self.path)
            self.recent.clear()
