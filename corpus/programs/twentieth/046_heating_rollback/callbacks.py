from __future__ import annotations

from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecEnv


class RollbackOnCollapse(BaseCallback):
    """Evaluate every few rollouts; after a collapse the best policy goes on."""

    def __init__(self, eval_env: VecEnv, folder: Path, every: int = 10, drop: float = 0.3, verbose: int = 1) -> None:
        super().__init__(verbose)
        self.eval_env = eval_env
        self.best_file = folder / "best.zip"
        self.every = every
        self.drop = drop
        self.best = -np.inf
        self.rollouts = 0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        mean, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=6)
        self.logger.record("rollback/eval", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.best_file)
        elif mean < self.best - self.drop * abs(self.best):
            self._rollback(mean)

    def _rollback(self, mean: float) -> None:
        if self.verbose:
            print(f"[{self.num_timesteps}] {mean:.1f} is far below {self.best:.1f}, rolling back")
        self.model.set_parameters(str(self.best_file), device=self.model.device)
        states = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            pi=tuple(th.zeros_like(s) for s in states.pi),
            vf=tuple(th.zeros_like(s) for s in states.vf),
        )
        self.model._last_obs = self.training_env.reset()
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
