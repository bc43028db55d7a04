from __future__ import annotations

import random
from pathlib import Path

from stable_baselines3.common.callbacks import BaseCallback


class RotateOpponents(BaseCallback):
    """Saves the learner now and then and hands every env a random older self."""

    def __init__(self, folder: str, save_every=100_000, rotate_every=20_000, keep=40, seed=0):
        super().__init__()
        self.folder = Path(folder)
        self.save_every = save_every
        self.rotate_every = rotate_every
        self.keep = keep
        self.rng = random.Random(seed)
        self.saved: list[str] = []
        self._last_save = 0
        self._last_rotate = 0

    def _init_callback(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._save()

    def _save(self):
        path = self.folder / f"gen_{self.num_timesteps}.zip"
        self.model.save(path)
        self.saved.append(str(path))
        while len(self.saved) > self.keep:
            Path(self.saved.pop(self.rng.randrange(len(self.saved) // 2))).unlink(missing_ok=True)

    def _on_step(self):
        if self.num_timesteps - self._last_save >= self.save_every:
            self._last_save = self.num_timesteps
            self._save()
        if self.num_timesteps - self._last_rotate >= self.rotate_every:
            self._last_rotate = self.num_timesteps
            for i in range(self.training_env.num_envs):
                path = self.rng.choice(self.saved)
                self.training_env.env_method("set_opponent", path, indices=i)
        return True

    def _on_rollout_end(self):
        totals = {"win": 0, "loss": 0, "draw": 0}
        for score in self.training_env.env_method("pop_score"):
            for k, v in score.items():
                totals[k] += v
        games = max(1, sum(totals.values()))
        for k, v in totals.items():
            self.logger.record(f"duel/{k}", v / games)
