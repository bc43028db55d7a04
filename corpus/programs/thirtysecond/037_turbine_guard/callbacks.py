from collections import deque
from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class CollapseGuard(BaseCallback):
    """Keeps the best policy on disk and returns to it when the reward per step collapses."""

    def __init__(self, keep: Path, memory: int = 8, drop: float = 0.35, verbose: int = 0):
        super().__init__(verbose)
        self.keep = keep
        self.drop = drop
        self.recent = deque(maxlen=memory)
        self.best = -np.inf
        self.pending = False
        self.returns_made = 0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self.recent.append(float(self.model.rollout_buffer.rewards.mean()))
        if len(self.recent) < self.recent.maxlen:
            return
        level = float(np.mean(self.recent))
        self.logger.record("guard/level", level)
        if level > self.best:
            self.best = level
            self.model.save(self.keep)
        elif level < self.best - self.drop:
            self.pending = True

    def _on_rollout_start(self) -> None:
        if not self.pending:
            return
        self.model.set_parameters(str(self.keep), device=self.model.device)
        self.recent.clear()
        self.pending = False
        self.returns_made += 1
        self.logger.record("guard/returns", self.returns_made)
        if self.verbose:
            print(f"[guard] back to the policy with level {self.best:.3f}")
