import argparse
import os
from collections import deque

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from kite import CrosswindKite


class RollbackOnStall(BaseCallback):
    """Save the policy when the mean return improves, go back to it when the
    return collapses (the kite then mostly crashes and we learn nothing)."""

    def __init__(self, folder, check_every=5000, drop=0.5, verbose=1):
        super().__init__(verbose)
        self.path = os.path.join(folder, "best_policy")
        self.check_every = check_every
        self.drop = drop
        self.returns = deque(maxlen=30)
        self.best = -np.inf
        self.rollbacks = 0

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])

        if self.n_calls % self.check_every or len(self.returns) < 10:
            return True

        mean = float(np.mean(self.returns))
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.drop * abs(self.best):
            self.model.set_parameters(self.path + ".zip", device=self.model.device)
            # as at the beginning of learn()
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.returns.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.1f} << {self.best:.1f}, rollback #{self.rollbacks}")
        self.logger.record("kite/rollbacks", self.rollbacks)
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--timesteps", type=int, default=3_000_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--out", default="kite_runs")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)

    env = make_vec_env(CrosswindKite, n_envs=args.envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=512,
        batch_size=512,
        learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=args.out,
    )
    model.learn(args.timesteps, callback=RollbackOnStall(args.out))
    model.save(os.path.join(args.out, "kite_final"))


if __name__ == "__main__":
    main()
