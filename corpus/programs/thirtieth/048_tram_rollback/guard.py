from pathlib import Path
from typing import Optional

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecEnv


class RegressionGuard(BaseCallback):
    """Every `every` rollouts the policy sits an exam; after a bad one the best on file comes back."""

    def __init__(self, exam_env: VecEnv, folder: Path, every: int = 10, drop: float = 0.6):
        super().__init__()
        self.exam_env = exam_env
        self.file = folder / "best.zip"
        self.every, self.drop = every, drop
        self.best = -np.inf
        self.rollouts = 0
        self.restored = 0
        self.last: Optional[float] = None

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        self.last, _ = evaluate_policy(self.model, self.exam_env, n_eval_episodes=30)
        self.logger.record("guard/exam", self.last)
        if self.last > self.best:
            self.best = self.last
            self.model.save(self.file)
        elif self.last < self.best - self.drop:
            self.model.set_parameters(str(self.file))
            for part in self.model._last_lstm_states:
                for tensor in part:
                    tensor.zero_()
            self.restored += 1
            self.logger.record("guard/restored", self.restored)

    def _on_step(self) -> bool:
        return True
