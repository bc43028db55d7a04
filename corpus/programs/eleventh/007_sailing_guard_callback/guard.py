import copy

import numpy as np
import torch
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy


class PerformanceGuard(BaseCallback):
    """Every `every` rollouts the policy is tested; it falls back to its best version if it got much worse."""

    def __init__(self, eval_env, every=10, episodes=10, allowed_drop=15.0, verbose=1):
        super().__init__(verbose)
        self.eval_env = eval_env
        self.every = every
        self.episodes = episodes
        self.allowed_drop = allowed_drop
        self.best_mean = -np.inf
        self.best_policy = None
        self.rollouts = 0

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every != 0:
            return
        mean, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=self.episodes)
        self.logger.record("guard/mean_reward", mean)
        if mean > self.best_mean:
            self.best_mean = mean
            self.best_policy = copy.deepcopy(self.model.policy.state_dict())
            return
        if mean < self.best_mean - self.allowed_drop:
            if self.verbose:
                print(f"[guard] {mean:.1f} +- {std:.1f} is below {self.best_mean:.1f}, taking the best policy back")
            self.model.policy.load_state_dict(self.best_policy)
            self._clear_memory()

    def _clear_memory(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(torch.zeros_like(s) for s in old.pi),
            tuple(torch.zeros_like(s) for s in old.vf),
        )

    def _on_step(self) -> bool:
        return True
