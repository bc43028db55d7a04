import argparse
from collections import deque

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from pick_env import PickPlaceEnv


class RollbackCallback(BaseCallback):
    """Return to the best policy when the mean return has fallen far below its record."""

    def __init__(self, window=100, drop=1.5, cooldown=50_000, verbose=0):
        super().__init__(verbose)
        self.returns = deque(maxlen=window)
        self.drop = drop
        self.cooldown = cooldown
        self.best_mean = -np.inf
        self.best_weights = None
        self.last_rollback = 0

    def _snapshot(self):
        return {k: v.detach().clone() for k, v in self.model.policy.state_dict().items()}

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
        if len(self.returns) < self.returns.maxlen:
            return True

        mean = float(np.mean(self.returns))
        if mean > self.best_mean:
            self.best_mean = mean
            self.best_weights = self._snapshot()
        elif mean < self.best_mean - self.drop and self.num_timesteps - self.last_rollback > self.cooldown:
            self.model.policy.load_state_dict(self.best_weights)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.returns.clear()
            self.last_rollback = self.num_timesteps
            if self.verbose:
                print(f"{self.num_timesteps}: back to the policy with mean {self.best_mean:.2f}")
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=16)
    parser.add_argument("--out", default="pick_place_lstm")
    args = parser.parse_args()

    env = make_vec_env(PickPlaceEnv, n_envs=args.n_envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=128),
        tensorboard_log="runs",
        verbose=1,
    )
    model.learn(args.timesteps, callback=RollbackCallback(verbose=1))
    model.save(args.out)


if __name__ == "__main__":
    main()
