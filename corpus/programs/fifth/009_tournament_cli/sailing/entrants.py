from __future__ import annotations

import abc
import math
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO


class Entrant(abc.ABC):
    name: str

    @abc.abstractmethod
    def act(self, obs: np.ndarray) -> int: ...

    def begin(self) -> None:
        """Called before each heat."""


class Beater(Entrant):
    """Sails upwind on the closest tack."""

    name = "beater"

    def act(self, obs):
        wind, heading = math.atan2(obs[0], obs[1]), math.atan2(obs[2], obs[3])
        diff = (wind - heading + math.pi) % (2 * math.pi) - math.pi
        return 0 if abs(abs(diff) - 0.75) < 0.1 else (1 if abs(diff) < 0.75 else 2)


class Drifter(Entrant):
    name = "drifter"

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)

    def act(self, obs):
        return int(self.rng.integers(3))


class LearnedEntrant(Entrant):
    def __init__(self, path: Path):
        self.name = path.stem
        self.model = RecurrentPPO.load(path, device="cpu")
        self.calls = 0

    def begin(self):
        self.calls = 0

    def act(self, obs):
        self.calls += 1
        action, _ = self.model.predict(obs, deterministic=True)
        return int(action)


def parse(spec: str) -> Entrant:
    if spec == "beater":
        return Beater()
    if spec.startswith("drifter"):
        _, _, seed = spec.partition(":")
        return Drifter(int(seed or 0))
    return LearnedEntrant(Path(spec))
