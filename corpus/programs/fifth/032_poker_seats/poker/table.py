from __future__ import annotations

import numpy as np

from .seat import Seat

FOLD, CALL, RAISE = range(3)


class Table:
    """Two-card toy hold'em with one betting round and fixed raises."""

    def __init__(self, seats: list[Seat], seed: int):
        self.seats = seats
        self.rng = np.random.default_rng(seed)
        self.button = 0

    def swap(self, index: int, newcomer: Seat) -> Seat:
        gone = self.seats[index]
        self.seats[index] = newcomer
        return gone

    def _features(self, i, cards, pot, to_call, raises, acted):
        x = np.zeros(14, dtype=np.float32)
        x[0], x[1] = cards[i] / 100, pot / 50
        x[2], x[3] = to_call / 10, raises / 3
        x[4 + (i - self.button) % len(self.seats)] = 1
        for k, a in enumerate(acted[-4:]):
            x[10 + k] = (a + 1) / 3
        return x

    def hand(self) -> int:
        n = len(self.seats)
        cards = self.rng.choice(100, size=n, replace=False)
        paid = np.ones(n)
        alive = [True] * n
        raises, acted, level = 0, [], 1.0
        queue = [(self.button + 1 + k) % n for k in range(n)]
        while queue and sum(alive) > 1:
            i = queue.pop(0)
            if not alive[i]:
                continue
            legal = [FOLD, CALL] + ([RAISE] if raises < 3 else [])
            a = self.seats[i].bet(self._features(i, cards, paid.sum(), level - paid[i], raises, acted), legal, self.rng)
            acted.append(a)
            if a == FOLD:
                alive[i] = False
                continue
            if a == RAISE:
                raises, level = raises + 1, level + 2
                queue = [(i + k) % n for k in range(1, n)]
            paid[i] = level
        winner = max((i for i in range(n) if alive[i]), key=lambda i: cards[i])
        for i, seat in enumerate(self.seats):
            seat.stack += int(paid.sum() - paid[i]) if i == winner else -int(paid[i])
            seat.hands += 1
        self.button = (self.button + 1) % n
        return winner
