import math
import random
from dataclasses import dataclass
from typing import Dict, List

from .brains import Brain


@dataclass
class Entry:
    name: str
    brain: Brain
    elo: float = 1200.0
    bouts: int = 0


class Bench:
    """All players of one role."""

    def __init__(self, role: str, rng: random.Random):
        self.role, self.rng = role, rng
        self.entries: List[Entry] = []

    def sign(self, brain: Brain) -> Entry:
        e = Entry(f"{self.role}-{len(self.entries)}", brain)
        self.entries.append(e)
        return e

    def near(self, elo: float, temp: float = 150.0) -> Entry:
        w = [math.exp(-abs(e.elo - elo) / temp) for e in self.entries]
        return self.rng.choices(self.entries, w)[0]

    def table(self) -> Dict[str, float]:
        return {e.name: round(e.elo, 1) for e in sorted(self.entries, key=lambda e: -e.elo)}


def rate(a: Entry, b: Entry, a_score: float, k: float = 24.0) -> None:
    exp_a = 1 / (1 + 10 ** ((b.elo - a.elo) / 400))
    a.elo += k * (a_score - exp_a)
    b.elo -= k * (a_score - exp_a)
    a.bouts += 1
    b.bouts += 1
