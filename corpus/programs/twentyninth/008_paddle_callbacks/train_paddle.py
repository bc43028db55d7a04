import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from paddle_env import PaddleEnv


class GrowRivals(BaseCallback):
    """Adds the learner to the rivals whenever it beats the present ones."""

    def __init__(self, folder, threshold=0.55, least=40):
        super().__init__()
        self.folder = folder
        self.threshold = threshold
        self.least = least
        self.results = []
        self.generation = 0

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.results.append(info["episode"]["r"] > 0)
        return True

    def _on_rollout_end(self):
        if len(self.results) < self.least:
            return
        rate = float(np.mean(self.results[-200:]))
        self.logger.record("selfplay/win_rate", rate)
        self.logger.record("selfplay/generation", self.generation)
        if rate >= self.threshold:
            self.generation += 1
            path = os.path.join(self.folder, f"gen_{self.generation:04d}.zip")
            self.model.save(path)
            self.training_env.env_method("add_rival", path)
            self.results.clear()


def main():
    folder = "paddle_gens"
    os.makedirs(folder, exist_ok=True)
    venv = make_vec_env(PaddleEnv, n_envs=8, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=256, batch_size=256, gamma=0.997, ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1), verbose=1)
    model.learn(5_000_000, callback=CallbackList([
        GrowRivals(folder),
        CheckpointCallback(100_000, "paddle_ckpt"),
    ]))
    model.save("paddle_final")
    venv.close()


if __name__ == "__main__":
    main()
