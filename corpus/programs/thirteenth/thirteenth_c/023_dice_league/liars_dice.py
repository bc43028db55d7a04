import random


class LiarsDice:
    """Two players, `dice` dice each, one round per game. Actions: bid (face, count) pairs in order, last action = call."""

    def __init__(self, dice=3, faces=6):
        self.dice, self.faces = dice, faces
        self.n_bids = 2 * dice * faces
        self.n_actions = self.n_bids + 1
        self.obs_dim = faces + self.n_actions

    def deal(self):
        self.hands = [[random.randrange(self.faces) for _ in range(self.dice)] for _ in range(2)]
        self.last = None
        self.turn = random.randrange(2)

    def observe(self, who):
        x = [0.0] * self.obs_dim
        for d in self.hands[who]:
            x[d] += 1.0
        if self.last is not None:
            x[self.faces + self.last] = 1.0
        return x

    def legal(self):
        low = -1 if self.last is None else self.last
        return [a > low and (a < self.n_bids or self.last is not None) for a in range(self.n_actions)]

    def play(self, action):
        """Returns the winner when the round is over, else None."""
        who = self.turn
        if action == self.n_bids:
            count, face = divmod(self.last, self.faces)
            total = sum(hand.count(face) for hand in self.hands)
            return who if total < count + 1 else 1 - who
        self.last = action
        self.turn = 1 - who
        return None
