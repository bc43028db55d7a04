import numpy as np


class LeducMatch:
    """A match of several Leduc hands; over when the hands are played or a player is broke."""

    N_OBS, N_ACT = 16, 3  # fold, call, raise

    def __init__(self, hands=12, stack=40, seed=0):
        self.n_hands, self.start = hands, stack
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.stack = [self.start, self.start]
        self.hand = 0
        self._deal()
        return self.observe()

    def _deal(self):
        deck = self.rng.permutation([0, 0, 1, 1, 2, 2])
        self.cards, self.public, self.board = deck[:2], deck[2], -1
        self.bets = [1, 1]
        self.player, self.raises, self.acted = self.hand % 2, 0, 0

    def observe(self):
        me = self.player
        v = np.zeros(self.N_OBS, np.float32)
        v[self.cards[me]] = 1
        v[3 + self.board + 1] = 1
        v[7], v[8] = self.bets[me] / 20, self.bets[1 - me] / 20
        v[9], v[10] = self.stack[me] / 80, self.stack[1 - me] / 80
        v[11 + min(self.raises, 2)] = 1
        v[14], v[15] = self.hand / self.n_hands, float(me == self.hand % 2)
        return me, v

    def _settle(self, winner):
        pot = min(self.bets)
        if winner >= 0:
            self.stack[winner] += pot
            self.stack[1 - winner] -= pot
        self.hand += 1
        over = self.hand >= self.n_hands or min(self.stack) <= 0
        if not over:
            self._deal()
        return over

    def step(self, a):
        me, other = self.player, 1 - self.player
        if a == 0 and self.bets[me] < self.bets[other]:
            return self._settle(other)
        if a == 2 and self.raises < 2:
            self.bets[me] = self.bets[other] + (2 if self.board < 0 else 4)
            self.raises += 1
        else:
            self.bets[me] = max(self.bets)
        self.acted += 1
        self.player = other
        if self.acted >= 2 and self.bets[0] == self.bets[1]:
            if self.board < 0:
                self.board, self.raises, self.acted = self.public, 0, 0
                self.player = self.hand % 2
            else:
                rank = [3 if c == self.board else c for c in self.cards]
                return self._settle(-1 if rank[0] == rank[1] else int(np.argmax(rank)))
        return False
