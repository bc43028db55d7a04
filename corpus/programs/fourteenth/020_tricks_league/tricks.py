from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Tricks:
    """Two-player trick taking with eight hidden cards each from a 24 card deck (4 suits, 6 ranks)."""

    hands: list[set[int]] = field(default_factory=list)
    table: int | None = None
    leader: int = 0
    taken: list[int] = field(default_factory=lambda: [0, 0])

    def deal(self, rng: random.Random) -> None:
        deck = list(range(24))
        rng.shuffle(deck)
        self.hands = [set(deck[:8]), set(deck[8:16])]
        self.table, self.leader, self.taken = None, rng.randint(0, 1), [0, 0]

    @property
    def turn(self) -> int:
        return self.leader if self.table is None else 1 - self.leader

    @property
    def over(self) -> bool:
        return not self.hands[0] and not self.hands[1]

    def legal(self) -> list[int]:
        hand = self.hands[self.turn]
        if self.table is not None:
            follow = [c for c in hand if c // 6 == self.table // 6]
            if follow:
                return sorted(follow)
        return sorted(hand)

    def view(self, seat: int) -> list[float]:
        v = [0.0] * 50
        for c in self.hands[seat]:
            v[c] = 1.0
        if self.table is not None:
            v[24 + self.table] = 1.0
        v[48], v[49] = self.taken[seat] / 8, self.taken[1 - seat] / 8
        return v

    def play(self, card: int) -> None:
        seat = self.turn
        self.hands[seat].remove(card)
        if self.table is None:
            self.table = card
            return
        beats = card // 6 == self.table // 6 and card > self.table
        winner = seat if beats else self.leader
        self.taken[winner] += 1
        self.table, self.leader = None, winner
