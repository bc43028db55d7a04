from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy


class SafetyNet(BaseCallback):
    """Every `every` steps the policy is tested; after `strikes` bad tests in a row the best weights come back."""

    def __init__(self, test_env, folder: Path, every: int = 20_000, strikes: int = 3, margin: float = 3.0):
        super().__init__()
        self.test_env = test_env
        self.file = Path(folder) / "best.zip"
        self.every, self.strikes, self.margin = every, strikes, margin
        self.next_test = every
        self.bad = 0
        self.best = -np.inf
        self.want_revert = False

    def _on_training_start(self) -> None:
        assert isinstance(self.model, RecurrentPPO)
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def _on_step(self) -> bool:
        if self.num_timesteps >= self.next_test:
            self.next_test += self.every
            mean, std = evaluate_policy(self.model, self.test_env, n_eval_episodes=10, deterministic=True)
            self.logger.record("safety/mean", mean)
            self.logger.record("safety/std", std)
            if mean > self.best:
                self.best, self.bad = mean, 0
                self.model.save(self.file)
            elif mean < self.best - self.margin:
                self.bad += 1
                self.want_revert = self.bad >= self.strikes
            else:
                self.bad = 0
        return True

    def _on_rollout_start(self) -> None:
        if not self.want_revert:
            return
        self.want_revert = False
        self.bad = 0
        self.model.set_parameters(str(self.file), device=self.model.device)
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            pi=tuple(th.zeros_like(s) for s in old.pi),
            vf=tuple(th.zeros_like(s) for s in old.vf),
        )
        self.logger.record("safety/reverted_at", self.num_timesteps)
