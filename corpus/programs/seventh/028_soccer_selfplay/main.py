import random
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from soccer import KeeperEnv

ARCHIVE = Path("strikers")


class ArchiveCallback(BaseCallback):
    """Every `freq` rollouts: archive the current policy and queue a striker for each environment."""

    def __init__(self, freq: int = 10, keep_latest: float = 0.6):
        super().__init__()
        self.freq = freq
        self.keep_latest = keep_latest
        self.rollouts = 0

    def _on_training_start(self) -> None:
        ARCHIVE.mkdir(exist_ok=True)

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.freq:
            return
        self.model.save(ARCHIVE / f"striker_{self.rollouts:05d}")
        files = sorted(ARCHIVE.glob("striker_*.zip"))
        for env_index in range(self.training_env.num_envs):
            choice = files[-1] if random.random() < self.keep_latest else random.choice(files)
            self.training_env.env_method("queue_striker", str(choice), indices=env_index)


def main():
    env = make_vec_env(KeeperEnv, n_envs=6)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=240, batch_size=240, verbose=1)
    model.learn(2_000_000, callback=ArchiveCallback())
    model.save("keeper")


if __name__ == "__main__":
    main()
