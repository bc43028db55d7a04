"""Callback that feeds older versions of the learner back as opponents."""
import os
import random

from stable_baselines3.common.callbacks import BaseCallback


class SelfPlayCallback(BaseCallback):
    def __init__(self, snapshot_dir: str, update_every: int = 5_000, keep: int = 20, verbose: int = 0):
        super().__init__(verbose)
        self.snapshot_dir = snapshot_dir
        self.update_every = update_every
        self.keep = keep
        self.snapshots = []

    def _init_callback(self) -> None:
        os.makedirs(self.snapshot_dir, exist_ok=True)

    def _on_step(self) -> bool:
        if self.n_calls % self.update_every == 0:
            path = os.path.join(self.snapshot_dir, f"gen_{self.num_timesteps}.zip")
            self.model.save(path)
            self.snapshots.append(path)
            self.snapshots = self.snapshots[-self.keep:]

            for index in range(self.training_env.num_envs):
                opponent = random.choice(self.snapshots)
                self.training_env.env_method("set_opponent", opponent, indices=[index])
            if self.verbose:
                print(f"[self-play] {len(self.snapshots)} snapshots, opponents refreshed")
        return True
