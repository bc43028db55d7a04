import random

import torch

PASS, BET = 0, 1


class KuhnSession:
    """`hands` hands of Kuhn poker in a row between two seats. Seats take turns to open."""

    obs_dim = 3 + 2 + 4 + 1

    def __init__(self, hands=30):
        self.hands = hands

    def reset(self):
        self.played = 0
        self.stack = [0, 0]
        self._deal()

    def _deal(self):
        self.cards = random.sample(range(3), 2)
        self.history = []
        self.opener = self.played % 2
        self.to_move = self.opener

    def observe(self, seat, last_result):
        x = torch.zeros(self.obs_dim)
        x[self.cards[seat]] = 1
        x[3 + (seat == self.opener)] = 1
        for i, a in enumerate(self.history[:2]):
            x[5 + 2 * i + a] = 1
        x[9] = last_result / 2
        return x.unsqueeze(0)

    def act(self, action):
        """Returns (payoffs or None, session over)."""
        self.history.append(action)
        h = self.history
        first, second = self.opener, 1 - self.opener
        high = 0 if self.cards[0] > self.cards[1] else 1
        winner, pot = None, 0
        if h == [PASS, PASS]:
            winner, pot = high, 1
        elif h == [BET, BET] or h == [PASS, BET, BET]:
            winner, pot = high, 2
        elif h == [BET, PASS]:
            winner, pot = first, 1
        elif h == [PASS, BET, PASS]:
            winner, pot = second, 1
        if winner is None:
            self.to_move = 1 - self.to_move
            return None, False
        pay = [-pot, -pot]
        pay[winner] = pot
        self.stack[0] += pay[0]
        self.stack[1] += pay[1]
        self.played += 1
        over = self.played >= self.hands
        if not over:
            self._deal()
        return pay, over
