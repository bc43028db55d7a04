import random

FOLD, CALL, RAISE = 0, 1, 2
OBS = 3 + 4 + 2 + 2


class Leduc:
    """Leduc hold'em for two: six cards, two rounds, at most two raises a round."""

    def __init__(self, rng=None):
        self.rng = rng or random.Random()

    def deal(self):
        deck = [0, 0, 1, 1, 2, 2]
        self.rng.shuffle(deck)
        self.private = deck[:2]
        self.board_card = deck[2]
        self.board = None
        self.pot = [1, 1]
        self.round = 0
        self.raises = 0
        self.acted = 0
        self.turn = 0
        return self.view(0)

    def view(self, seat):
        v = [0.0] * OBS
        v[self.private[seat]] = 1.0
        v[3 + (3 if self.board is None else self.board)] = 1.0
        v[7] = self.pot[seat] / 13
        v[8] = self.pot[1 - seat] / 13
        v[9] = float(self.round)
        v[10] = self.raises / 2
        return v

    def legal(self):
        return [self.pot[self.turn] < self.pot[1 - self.turn], True, self.raises < 2]

    def play(self, action):
        """-> (over, gain of seat 0)"""
        me, other = self.turn, 1 - self.turn
        if action == FOLD:
            return True, (-self.pot[0] if me == 0 else self.pot[1])
        if action == RAISE:
            self.pot[me] = self.pot[other] + (2 if self.round == 0 else 4)
            self.raises += 1
            self.acted = 1
        else:
            self.pot[me] = self.pot[other]
            self.acted += 1
        self.turn = other
        if self.acted >= 2:
            if self.round == 1:
                return True, self.showdown()
            self.round, self.raises, self.acted, self.turn = 1, 0, 0, 0
            self.board = self.board_card
        return False, 0

    def showdown(self):
        a, b = self.private
        if a == b:
            return 0
        if a == self.board or (b != self.board and a > b):
            return self.pot[1]
        return -self.pot[0]
