"""Logged operation, one npz for each region and week."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import List

import numpy as np
import torch


@dataclass
class Week:
    region: str
    obs: np.ndarray      # (T, n_obs)
    action: np.ndarray   # (T, n_act), what was commanded before obs came in
    reward: np.ndarray   # (T,)

    def __len__(self) -> int:
        return len(self.reward)

    @classmethod
    def read(cls, path: Path) -> "Week":
        with np.load(path) as z:
            return cls(path.stem.split("_")[0], z["obs"], z["action"], z["reward"])


class Logbook:
    def __init__(self, folder: Path, rng: np.random.Generator):
        self.weeks: List[Week] = [Week.read(p) for p in sorted(folder.glob("*.npz"))]
        if not self.weeks:
            raise SystemExit(f"nothing logged in {folder}")
        self.rng = rng
        size = np.array([len(w) for w in self.weeks], dtype=float)
        self.weight = size / size.sum()

    def windows(self, batch: int, length: int):
        obs, act, rew = [], [], []
        for _ in range(batch):
            w = self.weeks[int(self.rng.choice(len(self.weeks), p=self.weight))]
            i = int(self.rng.integers(0, len(w) - length))
            obs.append(w.obs[i:i + length])
            act.append(w.action[i:i + length])
            rew.append(w.reward[i:i + length])

        def pack(x):  # time first
            return torch.as_tensor(np.stack(x, 1), dtype=torch.float32)

        return pack(obs), pack(act), pack(rew)
