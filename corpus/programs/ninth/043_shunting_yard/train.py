import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from yard_env import ShuntingYardEnv


class RevertToBest(BaseCallback):
    """Saves the best model so far (by training reward) and goes back to it when training collapses."""

    def __init__(self, path: str, check_freq: int, drop: float, verbose: int = 1):
        super().__init__(verbose)
        self.path = path
        self.check_freq = check_freq
        self.drop = drop
        self.best = -np.inf

    def _init_callback(self) -> None:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)

    def _mean_reward(self):
        infos = self.model.ep_info_buffer
        if len(infos) < 20:
            return None
        return float(np.mean([info["r"] for info in infos]))

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq != 0:
            return True
        mean = self._mean_reward()
        if mean is None:
            return True
        self.logger.record("revert/mean_reward", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
            if self.verbose:
                print(f"{self.num_timesteps}: new best {mean:.2f}")
        elif mean < self.best - self.drop:
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} is too low, back to {self.best:.2f}")
            self.model.set_parameters(self.path, device=self.model.device)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.model.ep_info_buffer.clear()
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=1_500_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--out", default="runs/yard")
    args = parser.parse_args()

    env = make_vec_env(ShuntingYardEnv, n_envs=args.n_envs, seed=0, env_kwargs={"tracks": 5})
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        learning_rate=args.lr,
        ent_coef=0.01,
        policy_kwargs={"lstm_hidden_size": 64, "enable_critic_lstm": True},
        tensorboard_log=os.path.join(args.out, "tb"),
        verbose=1,
    )
    best = os.path.join(args.out, "best_model.zip")
    model.learn(args.timesteps, callback=RevertToBest(best, check_freq=1000, drop=4.0))
    model.save(os.path.join(args.out, "last_model.zip"))


if __name__ == "__main__":
    main()
