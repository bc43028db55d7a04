import argparse
from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from crane_env import CraneEnv


class CurriculumCallback(BaseCallback):
    """Raise the level when the last episodes go well."""

    def __init__(self, levels=4, threshold=-900.0, verbose=0):
        super().__init__(verbose)
        self.levels, self.threshold, self.level = levels, threshold, 0

    def _on_step(self):
        buf = self.model.ep_info_buffer
        if self.level < self.levels - 1 and len(buf) >= 50:
            if np.mean([e["r"] for e in buf]) > self.threshold:
                self.level += 1
                self.training_env.env_method("set_level", self.level)
                buf.clear()
        return True


class FallbackCallback(BaseCallback):
    """Go back to the best parameters when the reward of the last steps collapses, and forget what the LSTM has seen."""

    def __init__(self, folder: Path, every=5000, drop=2.0, verbose=1):
        super().__init__(verbose)
        self.best_file = folder / "best.zip"
        self.every, self.drop = every, drop
        self.best, self.sum, self.n = -np.inf, 0.0, 0

    def _zeros(self):
        lstm = self.model.policy.lstm_actor
        shape = (lstm.num_layers, self.training_env.num_envs, lstm.hidden_size)
        z = lambda: th.zeros(shape, device=self.model.device)
        return RNNStates((z(), z()), (z(), z()))

    def _on_step(self) -> bool:
        self.sum += float(np.mean(self.locals["rewards"]))
        self.n += 1
        if self.n < self.every:
            return True
        mean = self.sum / self.n
        self.sum, self.n = 0.0, 0
        if mean > self.best:
            self.best = mean
            self.model.save(self.best_file)
        elif mean < self.best - self.drop and self.best_file.exists():
            if self.verbose:
                print(f"[{self.num_timesteps}] {mean:.2f} against {self.best:.2f}: falling back")
            self.model.set_parameters(str(self.best_file))
            self.model._last_lstm_states = self._zeros()
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        return True


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, default=Path("crane_out"))
    p.add_argument("--steps", type=int, default=2_000_000)
    a = p.parse_args()
    a.out.mkdir(exist_ok=True)
    venv = make_vec_env(CraneEnv, n_envs=8, seed=0)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, learning_rate=3e-4, verbose=1)
    cbs = CallbackList([
        CurriculumCallback(),
        FallbackCallback(a.out),
        CheckpointCallback(50_000, str(a.out / "ckpt")),
    ])
    model.learn(a.steps, callback=cbs)
    model.save(a.out / "final")
