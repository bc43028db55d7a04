from __future__ import annotations

import logging
from pathlib import Path

import torch

log = logging.getLogger(__name__)


class ModelManager:
    """Knows the files; never runs the model."""

    def __init__(self, policy, optimizer, folder: Path, keep: int = 5):
        self.policy = policy
        self.optimizer = optimizer
        self.folder = folder
        self.keep = keep
        self.history: list[tuple[float, Path]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def snapshot(self, shift: int, score: float) -> None:
        path = self.folder / f"shift_{shift:05d}.pt"
        torch.save({"policy": self.policy.state_dict(), "opt": self.optimizer.state_dict(), "score": score}, path)
        self.history.append((score, path))
        self.history.sort(key=lambda item: item[0], reverse=True)
        for _, old in self.history[self.keep :]:
            old.unlink(missing_ok=True)
        del self.history[self.keep :]

    def back_to_best(self) -> None:
        score, path = self.history[0]
        blob = torch.load(path, weights_only=False)
        self.policy.load_state_dict(blob["policy"])
        self.optimizer.load_state_dict(blob["opt"])
        log.info("back to %s (%.2f)", path.name, score)
