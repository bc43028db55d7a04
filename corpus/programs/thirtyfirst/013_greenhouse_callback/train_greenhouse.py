import argparse
import os

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import SubprocVecEnv

from greenhouse import GreenhouseEnv


class GuardCallback(BaseCallback):
    """Evaluates now and then. When a policy has become clearly worse than the best one, training goes on from the best."""

    def __init__(self, eval_env, eval_freq, folder, tolerance=0.15, n_eval_episodes=5, verbose=1):
        super().__init__(verbose)
        self.eval_env = eval_env
        self.eval_freq = eval_freq
        self.best_path = os.path.join(folder, "best_model")
        self.tolerance = tolerance
        self.n_eval_episodes = n_eval_episodes
        self.best_mean = -np.inf
        self.returns_to_best = 0

    def _init_callback(self):
        os.makedirs(os.path.dirname(self.best_path), exist_ok=True)

    def _blank_states(self):
        lstm = self.model.policy.lstm_actor
        shape = (lstm.num_layers, self.model.n_envs, lstm.hidden_size)
        def pair():
            return th.zeros(shape, device=self.model.device), th.zeros(shape, device=self.model.device)
        return RNNStates(pair(), pair())

    def _on_step(self) -> bool:
        if self.n_calls % self.eval_freq:
            return True
        mean, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=self.n_eval_episodes)
        self.logger.record("guard/mean_reward", mean)
        if mean > self.best_mean:
            self.best_mean = mean
            self.model.save(self.best_path)
            if self.verbose:
                print(f"{self.num_timesteps}: new best {mean:.1f} +- {std:.1f}")
        elif mean < self.best_mean - self.tolerance * abs(self.best_mean):
            self.returns_to_best += 1
            self.logger.record("guard/returns_to_best", self.returns_to_best)
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.1f} is far below {self.best_mean:.1f}, back to the best")
            self.model.set_parameters(self.best_path, device=self.model.device)
            self.model._last_lstm_states = self._blank_states()
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--folder", default="runs/greenhouse")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    env = make_vec_env(GreenhouseEnv, n_envs=args.n_envs, seed=args.seed, vec_env_cls=SubprocVecEnv)
    eval_env = make_vec_env(GreenhouseEnv, n_envs=1, seed=args.seed + 1000)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=256, batch_size=512, gamma=0.995, learning_rate=2e-4, seed=args.seed, verbose=1,
        policy_kwargs=dict(lstm_hidden_size=128, n_lstm_layers=1, enable_critic_lstm=True),
    )
    callbacks = CallbackList([
        GuardCallback(eval_env, eval_freq=6_000, folder=args.folder),
        CheckpointCallback(save_freq=50_000, save_path=args.folder, name_prefix="ppo_lstm"),
    ])
    model.learn(args.timesteps, callback=callbacks, progress_bar=False)
    model.save(os.path.join(args.folder, "last_model"))


if __name__ == "__main__":
    main()
