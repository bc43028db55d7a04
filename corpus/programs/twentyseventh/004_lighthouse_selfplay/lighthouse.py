"""Lighthouse: both players hold cards 1..10 and lay them, together, in rising order, without talking.

In each round a player may wait or lay the lowest card. A card laid while the other still holds
a lower one costs a lamp. Clock ticks are visible to both.
"""
import random


class Lighthouse:
    LOOK = 5

    def __init__(self, cards_each: int = 4, lamps: int = 3, max_ticks: int = 40):
        self.cards_each, self.lamps_max, self.max_ticks = cards_each, lamps, max_ticks

    def new(self):
        deck = random.sample(range(1, 21), 2 * self.cards_each)
        self.hands = [sorted(deck[: self.cards_each]), sorted(deck[self.cards_each:])]
        self.top, self.lamps, self.tick = 0, self.lamps_max, 0

    def look(self, seat):
        low = self.hands[seat][0] / 20 if self.hands[seat] else 0.0
        return [low, self.top / 20, len(self.hands[0]) / 4, len(self.hands[1]) / 4, self.tick / self.max_ticks]

    def tick_with(self, lays):
        """lays: two bools. Returns the common reward."""
        self.tick += 1
        reward = 0.0
        order = sorted((s for s in (0, 1) if lays[s] and self.hands[s]), key=lambda s: self.hands[s][0])
        for s in order:
            card = self.hands[s].pop(0)
            other = self.hands[1 - s]
            if other and other[0] < card:
                self.lamps -= 1
                reward -= 1.0
                while other and other[0] < card:
                    other.pop(0)
            else:
                reward += 0.25
            self.top = card
        return reward

    def finished(self):
        return self.lamps <= 0 or self.tick >= self.max_ticks or not (self.hands[0] or self.hands[1])
