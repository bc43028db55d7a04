from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np


@dataclass
class Rung:
    name: str
    player: object
    elo: float
    games: int = 0


class EloLadder:
    def __init__(self, start: float = 1000.0, k: float = 24.0, size: int = 20, seed: int = 0):
        self.rungs: list[Rung] = []
        self.learner_elo = start
        self.k, self.size = k, size
        self.rng = np.random.default_rng(seed)

    def enter(self, name: str, player) -> None:
        frozen = copy.deepcopy(player).eval().requires_grad_(False)
        self.rungs.append(Rung(name, frozen, self.learner_elo))
        if len(self.rungs) > self.size:
            self.rungs.remove(min(self.rungs, key=lambda r: r.elo))

    def opponent(self) -> Rung:
        gap = np.array([abs(r.elo - self.learner_elo) for r in self.rungs])
        p = np.exp(-gap / 200.0)
        return self.rungs[self.rng.choice(len(self.rungs), p=p / p.sum())]

    def record(self, rung: Rung, score: float) -> None:
        """score: 1 the learner won, 0.5 draw, 0 lost"""
        expect = 1.0 / (1.0 + 10 ** ((rung.elo - self.learner_elo) / 400.0))
        self.learner_elo += self.k * (score - expect)
        rung.elo -= self.k * (score - expect)
        rung.games += 1

    def table(self) -> str:
        rows = sorted(self.rungs, key=lambda r: -r.elo)
        return "\n".join(f"  {r.name:>10} {r.elo:7.1f} ({r.games})" for r in rows[:5])
