from pathlib import Path

import numpy as np
import torch as th
from stable_baselines3.common.callbacks import BaseCallback


class KeepBest(BaseCallback):
    """Write the policy's weights whenever the mean of the last episodes is a new high."""

    def __init__(self, path: Path, min_episodes: int = 20):
        super().__init__()
        self.path, self.min_episodes = path, min_episodes
        self.best = -np.inf

    def _on_rollout_end(self) -> None:
        buf = self.model.ep_info_buffer
        if buf is None or len(buf) < self.min_episodes:
            return
        mean = float(np.mean([e["r"] for e in buf]))
        self.logger.record("stage/best", max(mean, self.best))
        if mean > self.best:
            self.best = mean
            th.save(self.model.policy.state_dict(), self.path)

    def _on_step(self) -> bool:
        return True
