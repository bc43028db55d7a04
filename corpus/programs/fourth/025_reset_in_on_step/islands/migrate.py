import os
import random
import time
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback

from .memory import blank_states


class MigrationCallback(BaseCallback):
    """Islands on one file system: publish every so often, and take over a better island's policy."""

    model: RecurrentPPO

    def __init__(self, island: str, sea: Path, publish_every: int, look_every: int, margin: float = 1.1):
        super().__init__()
        self.island, self.sea = island, Path(sea)
        self.publish_every, self.look_every, self.margin = publish_every, look_every, margin
        self._published = self._looked = 0

    def _init_callback(self) -> None:
        self.sea.mkdir(parents=True, exist_ok=True)

    def _score(self) -> float:
        buf = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in buf])) if buf else -np.inf

    def _publish(self) -> None:
        tmp = self.sea / f".{self.island}.zip"
        self.model.save(tmp)
        os.replace(tmp, self.sea / f"{self.island}.zip")
        (self.sea / f"{self.island}.score").write_text(repr(self._score()))

    def _better(self):
        mine, found = self._score(), []
        for f in self.sea.glob("*.score"):
            if f.stem != self.island and time.time() - f.stat().st_mtime < 3600:
                score = float(f.read_text())
                if score > mine + abs(mine) * (self.margin - 1):
                    found.append((score, f.with_suffix(".zip")))
        return random.choice(found)[1] if found else None

    def _on_step(self) -> bool:
        if self.num_timesteps - self._published >= self.publish_every:
            self._published = self.num_timesteps
            self._publish()
        if self.num_timesteps - self._looked >= self.look_every:
            self._looked = self.num_timesteps
            donor = self._better()
            if donor is not None:
                self.logger.info(f"{self.island} takes over {donor.stem}")
                self.model.set_parameters(str(donor), device=self.model.device)
                self.model._last_lstm_states = blank_states(self.model)
                self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)
        return True
