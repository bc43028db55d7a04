import numpy as np

MAX_DICE = 5


class LiarsDice:
    """Two hands of five dice. A bid is (count, face); calling ends the round, the loser drops a die."""

    n_actions = 10 * 6 + 1

    def __init__(self, rng):
        self.rng = rng

    def new_game(self):
        self.left = [MAX_DICE, MAX_DICE]
        self.turn = int(self.rng.integers(2))
        self._roll()
        return self.turn

    def _roll(self):
        self.hands = [self.rng.integers(0, 6, n) for n in self.left]
        self.bid = -1

    def view(self, who):
        x = np.zeros(6 + 61 + 2, np.float32)
        for d in self.hands[who]:
            x[d] += 0.2
        x[6 + (self.bid if self.bid >= 0 else 60)] = 1
        x[-2:] = self.left[who] / 5, self.left[1 - who] / 5
        return x

    def legal(self):
        m = np.zeros(self.n_actions, bool)
        m[self.bid + 1: sum(self.left) * 6] = True
        m[60] = self.bid >= 0
        return m

    def play(self, a):
        """Returns (reward for the mover, game over)."""
        who = self.turn
        if a != 60:
            self.bid = int(a)
            self.turn = 1 - who
            return 0.0, False
        count, face = divmod(self.bid, 6)
        true = sum(int((h == face).sum()) for h in self.hands)
        loser = 1 - who if true < count + 1 else who
        self.left[loser] -= 1
        self.turn = loser
        r = 1.0 if loser != who else -1.0
        if self.left[loser] == 0:
            return r, True
        self._roll()
        return r, False
