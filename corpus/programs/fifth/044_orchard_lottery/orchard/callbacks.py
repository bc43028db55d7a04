from __future__ import annotations

import logging
import random
from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback

logger = logging.getLogger(__name__)


class SnapshotFallback(BaseCallback):
    """Saves the model as it learns; after a collapse a snapshot is drawn, good ones with more luck."""

    def __init__(self, folder: Path, every: int, tolerance: float, temperature: float = 5.0):
        super().__init__()
        self.folder = folder
        self.every = every
        self.tolerance = tolerance
        self.temperature = temperature
        self.snapshots: dict[Path, float] = {}
        self._next = every
        self._quiet_until = 0

    def _init_callback(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def _recent(self) -> float | None:
        buf = self.model.ep_info_buffer
        if not buf or len(buf) < 20:
            return None
        return float(np.mean([e["r"] for e in list(buf)[-20:]]))

    def _draw(self) -> Path:
        paths = list(self.snapshots)
        scores = np.array([self.snapshots[p] for p in paths])
        w = np.exp((scores - scores.max()) / self.temperature)
        return random.choices(paths, weights=w.tolist())[0]

    def _on_rollout_start(self) -> None:
        score = self._recent()
        if score is None:
            return
        if self.num_timesteps >= self._next:
            path = self.folder / f"snap_{self.num_timesteps:09d}.zip"
            self.model.save(path)
            self.snapshots[path] = score
            self._next = self.num_timesteps + self.every
        if self.num_timesteps < self._quiet_until or not self.snapshots:
            return
        best = max(self.snapshots.values())
        if score < best - self.tolerance:
            path = self._draw()
            logger.warning("%d: %.1f against %.1f, drawing %s", self.num_timesteps, score, best, path.name)
            self.model.set_parameters(path, exact_match=True, device=self.model.device)
            self._quiet_until = self.num_timesteps + 4 * self.every

    def _on_step(self) -> bool:
        return True
