from copy import deepcopy

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.evaluation import evaluate_policy


class CollapseGuard(BaseCallback):
    """Evaluates the policy, remembers the best one and goes back to it when training collapses."""

    def __init__(self, eval_env, eval_freq=10_000, n_eval_episodes=10, max_drop=0.4, verbose=0):
        super().__init__(verbose)
        self.eval_env = eval_env
        self.eval_freq = eval_freq
        self.n_eval_episodes = n_eval_episodes
        self.max_drop = max_drop
        self.best_reward = -np.inf
        self.best_policy = None
        self.rollbacks = 0

    def _on_step(self) -> bool:
        if self.n_calls % self.eval_freq != 0:
            return True

        reward, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=self.n_eval_episodes)
        self.logger.record("guard/reward", reward)
        self.logger.record("guard/std", std)

        if reward > self.best_reward:
            self.best_reward = reward
            self.best_policy = deepcopy(self.model.policy.state_dict())
        elif self.best_policy is not None and reward < self.best_reward - self.max_drop * abs(self.best_reward):
            self.model.policy.load_state_dict(self.best_policy)
            # start the LSTM from zero again
            self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)
            self.rollbacks += 1
            if self.verbose > 0:
                print(f"{self.num_timesteps}: {reward:.1f} after {self.best_reward:.1f}, rollback")
        self.logger.record("guard/rollbacks", self.rollbacks)
        return True
