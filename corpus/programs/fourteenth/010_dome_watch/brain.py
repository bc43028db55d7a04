from __future__ import annotations

import threading
from pathlib import Path

import torch
from torch import nn
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer


class TargetRanker(nn.Module):
    """Scores the candidate fields given sky conditions seen so far."""

    def __init__(self, sky_dim: int = 8, field_dim: int = 6, hidden: int = 64):
        super().__init__()
        self.sky = nn.GRU(sky_dim, hidden, num_layers=2, batch_first=True)
        self.field = nn.Linear(field_dim, hidden)
        self.mix = nn.Sequential(nn.Tanh(), nn.Linear(hidden, 1))

    def forward(self, sky: torch.Tensor, fields: torch.Tensor, h: torch.Tensor | None):
        y, h = self.sky(sky.view(1, 1, -1), h)
        return self.mix(self.field(fields) + y[0]).squeeze(-1), h


class Brain(FileSystemEventHandler):
    def __init__(self, weights: Path):
        self.weights = weights
        self.net = TargetRanker()
        self.net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.net.eval()
        self._h: torch.Tensor | None = None
        self._lock = threading.Lock()
        self._observer = Observer()
        self._observer.schedule(self, str(weights.parent))
        self._observer.start()

    def on_closed(self, event) -> None:
        if Path(event.src_path) != self.weights:
            return
        fresh = torch.load(self.weights, map_location="cpu")
        with self._lock:
            self.net.load_state_dict(fresh)
            self._h = None

    def dusk(self) -> None:
        with self._lock:
            self._h = None

    def rank(self, sky: torch.Tensor, fields: torch.Tensor) -> list[int]:
        with self._lock, torch.no_grad():
            scores, self._h = self.net(sky, fields, self._h)
        return scores.argsort(descending=True).tolist()

    def close(self) -> None:
        self._observer.stop()
        self._observer.join()
