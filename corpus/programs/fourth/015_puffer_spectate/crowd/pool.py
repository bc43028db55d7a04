"""Checkpoints of earlier runs with an Elo rating each."""
from __future__ import annotations

import json
import random
from pathlib import Path

import torch


class Pool:
    def __init__(self, folder: str | Path, device: str):
        self.folder = Path(folder)
        self.device = device
        self.elo_file = self.folder / "elo.json"
        self.elo = json.loads(self.elo_file.read_text()) if self.elo_file.exists() else {}
        for f in self.folder.glob("model_*.pt"):
            self.elo.setdefault(f.stem, 1000.0)

    def weights(self, name: str) -> dict:
        sd = torch.load(self.folder / f"{name}.pt", map_location=self.device)
        return {k.replace("module.", ""): v for k, v in sd.items()}

    def near(self, rating: float) -> str:
        names = sorted(self.elo, key=lambda n: abs(self.elo[n] - rating))
        return random.choice(names[:5])

    def result(self, a: str, b: str, score: float, k: float = 16.0) -> None:
        expect = 1 / (1 + 10 ** ((self.elo[b] - self.elo[a]) / 400))
        self.elo[a] += k * (score - expect)
        self.elo[b] -= k * (score - expect)
        self.elo_file.write_text(json.dumps(self.elo, indent=1))
