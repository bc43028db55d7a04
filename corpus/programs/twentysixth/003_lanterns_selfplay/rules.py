"""Lanterns: two players, cards 1..9 twice, five cards each.

Both lay a card; the higher one wins the sum of both, except that a 1 beats a 9.
Equal cards go to the pot of the next trick. Eight hands make a match.
"""
import random

CARDS = 9
HANDS = 8


class Lanterns:
    def __init__(self, rng=None):
        self.rng = rng or random.Random()
        self.reset()

    def reset(self):
        self.points = [0, 0]
        self.hand_no = 0
        self._deal()

    def _deal(self):
        deck = [c for c in range(1, CARDS + 1) for _ in range(2)]
        self.rng.shuffle(deck)
        self.hands = [sorted(deck[:5]), sorted(deck[5:10])]
        self.last = [0, 0]
        self.pot = 0

    def view(self, who):
        v = [0.0] * CARDS
        for c in self.hands[who]:
            v[c - 1] += 1.0
        seen = [0.0] * (CARDS + 1)
        seen[self.last[1 - who]] = 1.0
        diff = (self.points[who] - self.points[1 - who]) / 50.0
        return v + seen + [diff, self.pot / 18.0, self.hand_no / HANDS]

    def legal(self, who):
        return [c in self.hands[who] for c in range(1, CARDS + 1)]

    def play(self, a, b):
        """Returns (gain of player 0, hand over, match over)."""
        self.hands[0].remove(a)
        self.hands[1].remove(b)
        self.last = [a, b]
        total = a + b + self.pot
        gain = 0
        if a == b:
            self.pot = total
        else:
            first = (a > b and not (a == 9 and b == 1)) or (a == 1 and b == 9)
            self.points[0 if first else 1] += total
            gain = total if first else -total
            self.pot = 0
        hand_over = not self.hands[0]
        if hand_over:
            self.hand_no += 1
            if self.hand_no < HANDS:
                self._deal()
        return gain, hand_over, self.hand_no >= HANDS


VIEW = CARDS + CARDS + 1 + 3
