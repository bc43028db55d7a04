"""Opponent league for beach volleyball (2v2, one network per team)."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO


class League:
    def __init__(self, root: Path):
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self.index = self.root / "league.json"

    def names(self) -> list[str]:
        return json.loads(self.index.read_text()) if self.index.exists() else []

    def add(self, model: RecurrentPPO, name: str) -> None:
        model.save(self.root / name)
        self.index.write_text(json.dumps(self.names() + [name]))

    def pick(self, rng: np.random.Generator) -> str | None:
        names = self.names()
        if not names:
            return None
        if rng.random() < 0.5:
            return names[-1]
        return names[rng.integers(len(names))]

    def load(self, name: str) -> RecurrentPPO:
        return RecurrentPPO.load(self.root / name, device="cpu")


class Rival:
    """Plays the far side of the net."""

    def __init__(self, league: League, rng: np.random.Generator):
        self.league, self.rng = league, rng
        self.name: str | None = None
        self.model: RecurrentPPO | None = None
        self.lstm = None
        self.fresh = True

    def new_rally(self) -> None:
        name = self.league.pick(self.rng)
        if name is not None and name != self.name:
            self.model = self.league.load(name)
            self.name = name
        self.lstm = None
        self.fresh = True

    def act(self, obs: np.ndarray) -> np.ndarray:
        if self.model is None:
            return self.rng.uniform(-1, 1, 4).astype(np.float32)
        act, self.lstm = self.model.predict(obs, state=self.lstm, episode_start=np.array([self.fresh]))
        self.fresh = False
        return act
