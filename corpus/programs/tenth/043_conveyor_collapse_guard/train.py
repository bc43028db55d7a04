import argparse
import copy

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from conveyor_env import ConveyorEnv


class CollapseGuard(BaseCallback):
    """Go back to the best policy if the mean reward falls too far."""

    def __init__(self, check_freq=5000, tolerance=0.3, verbose=1):
        super().__init__(verbose)
        self.check_freq = check_freq
        self.tolerance = tolerance
        self.best_mean = -np.inf
        self.best_params = None
        self.rollbacks = 0

    def _mean_reward(self):
        infos = self.model.ep_info_buffer
        if not infos or len(infos) < 20:
            return None
        return float(np.mean([i["r"] for i in infos]))

    def _on_step(self) -> bool:
        if self.n_calls % self.check_freq != 0:
            return True
        mean = self._mean_reward()
        if mean is None:
            return True
        self.logger.record("guard/best", self.best_mean)
        self.logger.record("guard/rollbacks", self.rollbacks)
        if mean > self.best_mean:
            self.best_mean = mean
            self.best_params = copy.deepcopy(self.model.policy.state_dict())
        elif mean < self.best_mean - self.tolerance * abs(self.best_mean):
            self.model.policy.load_state_dict(self.best_params)
            n = self.training_env.num_envs
            self.model._last_episode_starts = np.ones((n,), dtype=bool)
            self.model.ep_info_buffer.clear()
            self.rollbacks += 1
            if self.verbose:
                print(f"{self.num_timesteps}: rollback ({mean:.1f} < {self.best_mean:.1f})")
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=2_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--delay", type=int, default=4)
    parser.add_argument("--lr", type=float, default=1e-3)
    args = parser.parse_args()

    venv = make_vec_env(ConveyorEnv, n_envs=args.n_envs, env_kwargs=dict(delay=args.delay))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=512,
        learning_rate=args.lr,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1),
        tensorboard_log="tb",
        verbose=1,
    )
    model.learn(args.timesteps, callback=CollapseGuard())
    model.save("conveyor")


if __name__ == "__main__":
    main()
