import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from laser_env import LaserCut


class BackToBest(BaseCallback):
    """Saves the best policy and goes back to it when the mean reward has fallen far below."""

    def __init__(self, folder, drop=0.25, patience=5, verbose=1):
        super().__init__(verbose)
        self.path = os.path.join(folder, "best.zip")
        self.drop = drop
        self.patience = patience
        self.best = -np.inf
        self.bad = 0
        os.makedirs(folder, exist_ok=True)

    def _on_rollout_start(self):
        infos = self.model.ep_info_buffer
        if not infos or len(infos) < 20:
            return
        mean = np.mean([i["r"] for i in infos])
        if mean > self.best:
            self.best, self.bad = mean, 0
            self.model.save(self.path)
            return
        self.bad = self.bad + 1 if mean < self.best - self.drop * abs(self.best) else 0
        if self.bad >= self.patience:
            self.model.set_parameters(self.path)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.bad = 0
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.1f} is too low, back to {self.best:.1f}")

    def _on_step(self):
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--folder", default="runs/laser")
    args = ap.parse_args()

    env = make_vec_env(LaserCut, n_envs=args.envs, seed=0)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=256, batch_size=512, learning_rate=3e-4, gamma=0.98, ent_coef=0.002,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1), verbose=1,
    )
    model.learn(args.steps, callback=BackToBest(args.folder))
    model.save(os.path.join(args.folder, "last"))


if __name__ == "__main__":
    main()
