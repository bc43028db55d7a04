from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO


@dataclass
class HiveMemory:
    """What one hive's controller remembers between two ticks."""

    lstm: tuple[np.ndarray, ...] | None = None
    episode_start: np.ndarray = field(default_factory=lambda: np.ones(1, dtype=bool))

    def clear(self) -> None:
        self.lstm = None
        self.episode_start = np.ones(1, dtype=bool)


class ApiaryController:
    """One policy for all hives, one memory for each."""

    def __init__(self, folder: Path, hive_ids: list[str]):
        self.folder = folder
        self.memories = {h: HiveMemory() for h in hive_ids}
        self.version = -1
        self.model: RecurrentPPO | None = None
        self.refresh()

    def newest(self) -> tuple[int, Path] | None:
        found = [(int(p.stem.split("_")[-1]), p) for p in self.folder.glob("policy_*.zip")]
        return max(found) if found else None

    def refresh(self) -> bool:
        candidate = self.newest()
        if candidate is None or candidate[0] <= self.version:
            return False
        self.version, path = candidate
        self.model = RecurrentPPO.load(path, device="cpu")
        for memory in self.memories.values():
            memory.clear()
        return True

    def act(self, hive: str, obs: np.ndarray) -> float:
        if self.model is None:
            return 0.5
        memory = self.memories[hive]
        action, memory.lstm = self.model.predict(
            obs, state=memory.lstm, episode_start=memory.episode_start, deterministic=True
        )
        memory.episode_start = np.zeros(1, dtype=bool)
        return float(np.clip(action, 0.0, 1.0).item())

    def lid_opened(self, hive: str) -> None:
        """The beekeeper took frames out: the colony's state is another one now."""
        self.memories[hive].clear()
