from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Auction:
    """Minimal contract bridge auction. 0 is pass, 1..35 are 1C..7NT."""

    rng: np.random.Generator
    hands: np.ndarray = field(init=False)
    history: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.hands = np.zeros((4, 52), np.float32)
        for seat, cards in enumerate(self.rng.permutation(52).reshape(4, 13)):
            self.hands[seat, cards] = 1.0
        self.history = []

    @property
    def turn(self) -> int:
        return len(self.history) % 4

    @property
    def top(self) -> int:
        return max((c for _, c in self.history), default=0)

    def finished(self) -> bool:
        tail = [c for _, c in self.history[-3:]]
        if len(self.history) >= 60:
            return True
        return len(self.history) >= 4 and tail == [0, 0, 0]

    def call(self, c: int) -> None:
        self.history.append((self.turn, c if c > self.top else 0))

    def observe(self, seat: int) -> np.ndarray:
        last = np.zeros(36, np.float32)
        last[self.top] = 1.0
        prev = np.zeros(3, np.float32)
        for i, (_, c) in enumerate(self.history[-3:]):
            prev[i] = c / 35
        return np.concatenate([self.hands[seat], last, prev])

    def north_south_score(self) -> float:
        if self.top == 0:
            return 0.0
        declarer = next(s for s, c in self.history if c == self.top)
        side = declarer % 2
        honours = self.hands[:, np.arange(52) % 13 >= 9].sum(1)
        strength = honours[side] + honours[side + 2]
        level = (self.top - 1) // 5 + 1
        made = strength >= 6 + level
        value = level * 0.4 if made else -0.6
        return value if side == 0 else -value
