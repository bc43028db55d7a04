import argparse
from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from tasking import TaskingEnv


class CollapseGuard(BaseCallback):
    """Keeps the best policy of the run on disk and puts it back when the return falls through the floor."""

    def __init__(self, folder: Path, window: int = 100, drop: float = 0.35, verbose: int = 1):
        super().__init__(verbose)
        self.path = folder / "best"
        self.window = window
        self.drop = drop
        self.returns = []
        self.best = -np.inf
        self.restores = 0

    def _on_step(self) -> bool:
        ended = [info["episode"]["r"] for info in self.locals["infos"] if "episode" in info]
        if not ended:
            return True
        self.returns.extend(ended)
        if len(self.returns) < self.window:
            return True
        mean = float(np.mean(self.returns[-self.window :]))
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif self.best - mean > self.drop * abs(self.best):
            self.model.set_parameters(str(self.path), exact_match=True, device=self.model.device)
            lstm = self.model.policy.lstm_actor
            shape = (lstm.num_layers, self.training_env.num_envs, lstm.hidden_size)
            blank = lambda: tuple(th.zeros(shape, device=self.model.device) for _ in range(2))
            self.model._last_lstm_states = RNNStates(blank(), blank())
            self.returns.clear()
            self.restores += 1
            self.logger.record("guard/restores", self.restores)
            if self.verbose:
                print(f"{self.num_timesteps}: {mean:.2f} against {self.best:.2f}, best policy put back")
        return True


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=3_000_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--folder", type=Path, default=Path("runs/tasking"))
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)

    venv = make_vec_env(TaskingEnv, n_envs=a.envs, seed=a.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=256,
        learning_rate=4e-4,
        ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=str(a.folder / "tb"),
        seed=a.seed,
        verbose=1,
    )
    model.learn(
        a.steps,
        callback=CallbackList(
            [CollapseGuard(a.folder), CheckpointCallback(save_freq=50_000, save_path=str(a.folder / "ckpt"))]
        ),
    )
    model.save(a.folder / "final")


if __name__ == "__main__":
    main()
