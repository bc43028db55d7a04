import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from sky_env import NightEnv


class RollbackCallback(BaseCallback):
    """Evaluate regularly, keep the best model on disk and return to it after a collapse."""

    def __init__(self, eval_env, path, every=20_000, episodes=20, tolerance=0.3, verbose=1):
        super().__init__(verbose)
        self.eval_env = eval_env
        self.path = path
        self.every = every
        self.episodes = episodes
        self.tolerance = tolerance
        self.best = -np.inf
        self.rollbacks = 0
        self.next_eval = every

    def _on_step(self) -> bool:
        if self.num_timesteps < self.next_eval:
            return True
        self.next_eval += self.every
        mean, std = evaluate_policy(self.model, self.eval_env, n_eval_episodes=self.episodes)
        self.model.policy.set_training_mode(False)
        self.logger.record("rollback/mean_reward", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.tolerance * abs(self.best):
            self.rollbacks += 1
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} +- {std:.2f} vs best {self.best:.2f}, rolling back")
            self.model.set_parameters(self.path)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        self.logger.record("rollback/count", self.rollbacks)
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=16)
    parser.add_argument("--out", default="runs/telescope")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)

    env = make_vec_env(NightEnv, n_envs=args.n_envs, seed=args.seed)
    eval_env = make_vec_env(NightEnv, n_envs=4, seed=args.seed + 1000)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=240,
        batch_size=480,
        learning_rate=3e-4,
        ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=args.out,
        seed=args.seed,
    )
    callback = RollbackCallback(eval_env, os.path.join(args.out, "best.zip"))
    model.learn(args.timesteps, callback=callback)
    model.save(os.path.join(args.out, "last.zip"))


if __name__ == "__main__":
    main()
