import numpy as np

RANKS = 3


class Leduc:
    """Leduc hold'em where the second player calls everything."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        deck = self.rng.permutation(np.repeat(np.arange(RANKS), 2))
        self.mine, self.theirs, self.board = int(deck[0]), int(deck[1]), int(deck[2])
        self.round, self.stake, self.moves = 0, 1, 0
        return self.encode()

    def encode(self):
        v = np.zeros(RANKS * 2 + 3, dtype=np.float32)
        v[self.mine] = 1
        if self.round == 1:
            v[RANKS + self.board] = 1
        v[-3:] = self.round, self.stake / 13, self.moves / 4
        return v

    def strength(self, card):
        return 10 + card if card == self.board else card

    def step(self, action):
        self.moves += 1
        if action == 0:
            return self.encode(), -self.stake, True
        if action == 2:
            self.stake += 2 * (self.round + 1)
        if action == 1 or self.moves >= 2:
            if self.round == 1:
                diff = self.strength(self.mine) - self.strength(self.theirs)
                return self.encode(), float(np.sign(diff)) * self.stake, True
            self.round, self.moves = 1, 0
        return self.encode(), 0.0, False
