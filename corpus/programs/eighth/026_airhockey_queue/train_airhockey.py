from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from table import AirHockeyTable

OUT = Path("airhockey_runs")


class RivalRotation(BaseCallback):
    """After every few rollouts: store the learner and send random ancestors to the tables."""

    def __init__(self, every_rollouts: int, folder: Path):
        super().__init__()
        self.every_rollouts = every_rollouts
        self.folder = folder
        self.rollouts = 0
        self.rng = np.random.default_rng(0)
        self.ancestors: list[str] = []

    def _on_training_start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def _on_rollout_end(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every_rollouts:
            return
        path = str(self.folder / f"rival_{self.rollouts:05d}.zip")
        self.model.save(path)
        self.ancestors.append(path)
        for index in range(self.training_env.num_envs):
            choice = str(self.rng.choice(self.ancestors[-15:]))
            self.training_env.env_method("queue_rival", choice, indices=index)
        self.logger.record("selfplay/ancestors", len(self.ancestors))

    def _on_step(self) -> bool:
        return True


def build(n_envs: int = 16) -> RecurrentPPO:
    venv = make_vec_env(AirHockeyTable, n_envs=n_envs, seed=11)
    return RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=128,
        batch_size=512,
        learning_rate=3e-4,
        gae_lambda=0.95,
        clip_range=0.2,
        tensorboard_log=str(OUT / "tb"),
        verbose=1,
    )


if __name__ == "__main__":
    learner = build()
    callbacks = CallbackList([
        RivalRotation(every_rollouts=10, folder=OUT / "rivals"),
        CheckpointCallback(save_freq=20_000, save_path=str(OUT / "ckpt")),
    ])
    learner.learn(3_000_000, callback=callbacks)
    learner.save(OUT / "airhockey_final")
