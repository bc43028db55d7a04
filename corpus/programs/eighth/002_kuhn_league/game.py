"""Kuhn poker matches: several hands against the same rival, so that memory pays."""
import random

CARDS = [0, 1, 2]
PASS, BET = 0, 1


class KuhnMatch:
    """The seats alternate from hand to hand; a match has ``hands`` hands."""

    def __init__(self, hands=10):
        self.hands = hands

    def start(self):
        self.played = 0
        self._deal()

    def _deal(self):
        self.cards = random.sample(CARDS, 2)
        self.history = []
        self.first = self.played % 2
        self.last_payoff = 0

    def to_act(self):
        return (self.first + len(self.history)) % 2

    def observe(self, player):
        card = [0.0] * 3
        card[self.cards[player]] = 1.0
        hist = [0.0] * 4
        for i, move in enumerate(self.history[:2]):
            hist[2 * i + move] = 1.0
        return card + hist + [self.last_payoff / 2.0]

    def act(self, move):
        """Returns (payoff of player 0, hand over, match over)."""
        self.history.append(move)
        h = self.history
        p = self.first
        high = 0 if self.cards[0] > self.cards[1] else 1
        if h == [PASS, PASS]:
            winner, stake = high, 1
        elif h == [BET, PASS]:
            winner, stake = p, 1
        elif h == [PASS, BET, PASS]:
            winner, stake = 1 - p, 1
        elif h in ([BET, BET], [PASS, BET, BET]):
            winner, stake = high, 2
        else:
            return 0, False, False
        payoff = stake if winner == 0 else -stake
        self.played += 1
        over = self.played >= self.hands
        if not over:
            self._deal()
        self.last_payoff = payoff
        return payoff, True, over
