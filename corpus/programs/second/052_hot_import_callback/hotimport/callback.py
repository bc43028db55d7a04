from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback

from .inbox import Inbox


class HotImport(BaseCallback):
    """Looks into the inbox every `every` steps and goes on with what it finds there."""

    model: RecurrentPPO

    def __init__(self, inbox: Inbox, every: int = 5_000, journal: str | None = None, verbose: int = 0):
        super().__init__(verbose)
        self.inbox = inbox
        self.every = every
        self.last = 0
        self.imports = 0
        self.journal = Path(journal) if journal else None
        self.returns: list[float] = []

    def _note(self, name: str) -> None:
        if self.journal is None:
            return
        new = not self.journal.exists()
        with self.journal.open("a", newline="") as fh:
            writer = csv.writer(fh)
            if new:
                writer.writerow(["time", "timesteps", "file", "return_before"])
            before = float(np.mean(self.returns[-50:])) if self.returns else float("nan")
            writer.writerow([time.time(), self.num_timesteps, name, before])

    def _on_step(self) -> bool:
        self.returns.extend(i["episode"]["r"] for i in self.locals["infos"] if "episode" in i)
        if self.num_timesteps - self.last < self.every:
            return True
        self.last = self.num_timesteps
        name, weights = self.inbox.next(self.model.device)
        if weights is None:
            return True
        self.model.policy.load_state_dict(weights)
        for pair in self.model._last_lstm_states:
            for tensor in pair:
                tensor.zero_()
        self._note(name)
        self.imports += 1
        if self.verbose:
            print(f"{self.num_timesteps}: imported {name}")
        return True

    def _on_rollout_end(self) -> None:
        self.logger.record("import/count", self.imports)
