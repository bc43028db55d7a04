from __future__ import annotations

import argparse
import random
from pathlib import Path

from companion import Companion, PackStore


class Level:
    def __init__(self, number: int, rng: random.Random) -> None:
        self.number, self.rng = number, rng
        self.left = 600 + 100 * number
        self.deaths = 0

    def senses(self) -> list[float]:
        return [self.rng.uniform(-1, 1) for _ in range(10)]

    def apply(self, action: int) -> None:
        self.left -= 1
        if self.rng.random() < 0.002 * self.number and action != 3:
            self.deaths += 1

    @property
    def finished(self) -> bool:
        return self.left <= 0


class Game:
    def __init__(self, store: PackStore, seed: int) -> None:
        self.store = store
        self.rng = random.Random(seed)
        self.buddy = Companion("Wren")
        self.difficulty = 2

    def start_level(self, number: int) -> Level:
        self.buddy.adopt(self.store.get(self.difficulty))
        return Level(number, self.rng)

    def rebalance(self, level: Level) -> None:
        wanted = max(0, min(4, 2 + (level.deaths == 0) - (level.deaths > 3)))
        if wanted != self.difficulty:
            self.difficulty = wanted
            self.buddy.adopt(self.store.get(wanted), smooth=True)

    def play(self, levels: int) -> None:
        for number in range(1, levels + 1):
            level = self.start_level(number)
            tick = 0
            while not level.finished:
                level.apply(self.buddy.decide(level.senses()))
                tick += 1
                if tick % 150 == 0:
                    self.rebalance(level)
            print(f"level {number}: {level.deaths} deaths at difficulty {self.difficulty}")


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("packs", type=Path)
    ap.add_argument("--levels", type=int, default=10)
    ap.add_argument("--seed", type=int, default=0)
    ns = ap.parse_args()
    Game(PackStore(ns.packs), ns.seed).play(ns.levels)


if __name__ == "__main__":
    main()
