"""Two-player fireworks: three colours, ranks 1-4, three cards in hand, you see only the other hand."""
import random

COLOURS, RANKS, HAND, CLUES, STRIKES = 3, 4, 3, 6, 3
ACTIONS = HAND + HAND + COLOURS       # play, discard, clue a colour
OBS = HAND * (COLOURS + RANKS) + HAND * COLOURS + COLOURS + 3


class Fireworks:
    def __init__(self):
        self.on_strike = []

    def deal(self):
        self.deck = [(c, r) for c in range(COLOURS) for r in range(RANKS) for _ in range(3 if r == 0 else 2)]
        random.shuffle(self.deck)
        self.hands = [[self.deck.pop() for _ in range(HAND)] for _ in range(2)]
        self.known = [[None] * HAND for _ in range(2)]
        self.stacks = [0] * COLOURS
        self.clues, self.strikes, self.turn, self.left = CLUES, 0, 0, 2

    @property
    def over(self):
        return self.strikes >= STRIKES or self.left <= 0 or sum(self.stacks) == COLOURS * RANKS

    def view(self, seat):
        v = []
        for c, r in self.hands[1 - seat]:
            v += [float(c == k) for k in range(COLOURS)] + [float(r == k) for k in range(RANKS)]
        for k in self.known[seat]:
            v += [float(k == c) for c in range(COLOURS)]
        return v + [s / RANKS for s in self.stacks] + [self.clues / CLUES, self.strikes / STRIKES,
                                                       len(self.deck) / 24]

    def _replace(self, seat, i):
        if self.deck:
            self.hands[seat][i] = self.deck.pop()
        else:
            self.left -= 1
        self.known[seat][i] = None

    def apply(self, action):
        seat, gain = self.turn, 0
        if action < HAND:
            c, r = self.hands[seat][action]
            self._replace(seat, action)
            if self.stacks[c] == r:
                self.stacks[c] += 1
                gain = 1
            else:
                self.strikes += 1
                for fn in self.on_strike:
                    fn(self)
        elif action < 2 * HAND:
            self._replace(seat, action - HAND)
            self.clues = min(CLUES, self.clues + 1)
        elif self.clues > 0:
            colour = action - 2 * HAND
            self.clues -= 1
            for i, (c, _) in enumerate(self.hands[1 - seat]):
                if c == colour:
                    self.known[1 - seat][i] = colour
        else:
            self._replace(seat, 0)
        self.turn = 1 - seat
        return gain
