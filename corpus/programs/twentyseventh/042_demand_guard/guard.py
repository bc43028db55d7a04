from __future__ import annotations

from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy


class ParameterGuard(BaseCallback):
    """Evaluates now and then; a policy that got much worse is replaced with the best one."""

    def __init__(self, eval_env, check_every: int, folder: Path, tolerance: float = 0.15):
        super().__init__(verbose=1)
        self.eval_env = eval_env
        self.check_every = check_every
        self.best_file = folder / "best_policy.zip"
        self.tolerance = tolerance
        self.best_mean = -np.inf

    def _blank_states(self) -> RNNStates:
        old = self.model._last_lstm_states
        return RNNStates(
            (th.zeros_like(old.pi[0]), th.zeros_like(old.pi[1])),
            (th.zeros_like(old.vf[0]), th.zeros_like(old.vf[1])),
        )

    def _on_step(self) -> bool:
        if self.n_calls % self.check_every != 0:
            return True
        mean, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=5)
        self.logger.record("guard/mean", mean)
        if mean > self.best_mean:
            self.best_mean = mean
            self.model.save(self.best_file)
        elif mean < self.best_mean - self.tolerance * abs(self.best_mean):
            self.model.set_parameters(str(self.best_file))
            self.model._last_lstm_states = self._blank_states()
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            if self.verbose:
                print(f"[guard] {mean:.2f} < {self.best_mean:.2f}: best policy restored")
        return True
