import numpy as np


class CardDuel:
    """Both sides hold a variable number of cards and bid for prizes; everything is visible."""

    MAX_CARDS = 8
    CARD_DIM = 4

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.hands = [[], []]
        self.prizes = []
        self.points = [0, 0]

    def reset(self):
        deck = self.rng.permutation(np.arange(1, 25))
        self.hands = [sorted(deck[:8].tolist()), sorted(deck[8:16].tolist())]
        self.prizes = deck[16:].tolist()
        self.points = [0, 0]
        return self.view(0), self.view(1)

    def view(self, me):
        """A sequence of entities: own cards, then the other's, then the prize on the table."""
        rows = []
        for who, kind in ((me, 0), (1 - me, 1)):
            for card in self.hands[who]:
                rows.append([card / 24.0, kind == 0, kind == 1, 0.0])
        prize = self.prizes[0] if self.prizes else 0
        rows.append([prize / 24.0, 0.0, 0.0, 1.0])
        return np.asarray(rows, dtype=np.float32)

    def legal(self, me):
        mask = np.zeros(self.MAX_CARDS, dtype=np.float32)
        mask[: len(self.hands[me])] = 1.0
        return mask

    def step(self, a, b):
        ca, cb = self.hands[0].pop(a), self.hands[1].pop(b)
        prize = self.prizes.pop(0)
        if ca != cb:
            self.points[0 if ca > cb else 1] += prize
        done = not self.hands[0]
        reward = float(np.sign(self.points[0] - self.points[1])) if done else 0.0
        return (self.view(0), self.view(1)), reward, done
