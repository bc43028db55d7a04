import random


class Bluff:
    """Three-card bluffing game: each player holds 3 hidden cards out of 12, five betting turns each.

    Moves: 0 fold, 1 call/check, 2 raise. Players act in turn until somebody folds or the turns are used up.
    """

    def deal(self):
        deck = list(range(12))
        random.shuffle(deck)
        self.hands = [sorted(deck[:3]), sorted(deck[3:6])]
        self.pot = [1, 1]
        self.to_move = random.randint(0, 1)
        self.turns = 0
        self.last_move = 1
        self.winner = None

    def features(self, seat):
        hand = [0.0] * 12
        for c in self.hands[seat]:
            hand[c] = 1.0
        return hand + [self.pot[seat] / 10, self.pot[1 - seat] / 10, float(self.last_move == 2), self.turns / 10]

    def play(self, move):
        seat = self.to_move
        if move == 0 and self.pot[seat] < self.pot[1 - seat]:
            self.winner = 1 - seat
        else:
            self.pot[seat] = max(self.pot)
            if move == 2:
                self.pot[seat] += 1
        self.last_move = move
        self.turns += 1
        if self.winner is None and self.turns >= 10:
            self.pot = [max(self.pot)] * 2
            self.winner = 0 if sum(self.hands[0]) > sum(self.hands[1]) else 1
        self.to_move = 1 - seat

    def payoff(self, seat):
        return float(self.pot[1 - seat]) if self.winner == seat else -float(self.pot[seat])
