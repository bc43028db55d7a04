import os
from collections import deque

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from buoy import PointAbsorber


class RollbackCallback(BaseCallback):
    """Saves the best policy so far and returns to it when the power has collapsed."""

    def __init__(self, path, check_freq=5000, fraction=0.6, verbose=1):
        super().__init__(verbose)
        self.path = path
        self.check_freq = check_freq
        self.fraction = fraction
        self.best = -np.inf
        self.powers = deque(maxlen=5000)
        self.rollbacks = 0

    def _on_step(self):
        self.powers.append(float(np.mean(self.locals["rewards"])))
        if self.n_calls % self.check_freq:
            return True
        power = float(np.mean(self.powers))
        self.logger.record("rollback/power", power)
        if power > self.best:
            self.best = power
            self.model.save(self.path)
        elif power < self.fraction * self.best:
            self.model.set_parameters(self.path, device=self.model.device)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.rollbacks += 1
            self.logger.record("rollback/count", self.rollbacks)
            if self.verbose:
                print(f"{self.num_timesteps}: power {power:.3f} < {self.best:.3f}, rolled back")
        return True


def main():
    os.makedirs("runs", exist_ok=True)
    env = make_vec_env(PointAbsorber, n_envs=8, env_kwargs={"minutes": 20, "hs": 2.5})
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=512,
        batch_size=512,
        learning_rate=3e-4,
        gamma=0.995,
        policy_kwargs={"lstm_hidden_size": 64, "enable_critic_lstm": True},
        tensorboard_log="runs/tb",
        verbose=1,
    )
    callbacks = CallbackList([
        CheckpointCallback(50_000, "runs/ckpt"),
        RollbackCallback("runs/best_buoy.zip"),
    ])
    model.learn(4_000_000, callback=callbacks)
    model.save("runs/final_buoy")


if __name__ == "__main__":
    main()
