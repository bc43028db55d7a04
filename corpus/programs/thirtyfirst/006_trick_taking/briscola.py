import numpy as np

# strength order inside a suit and points of each rank
ORDER = [2, 4, 5, 6, 7, 8, 9, 10, 3, 1]
POINTS = {1: 11, 3: 10, 10: 4, 9: 3, 8: 2}
CARDS = [(s, r) for s in range(4) for r in ORDER]
N_OBS = 40 * 3 + 4


def beats(a, b, trump):
    """does b, played second, take the trick led with a"""
    if a[0] == b[0]:
        return ORDER.index(b[1]) > ORDER.index(a[1])
    return b[0] == trump


def value(card):
    return POINTS.get(card[1], 0)


class Briscola:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def new_deal(self, leader):
        self.stock = list(self.rng.permutation(40))
        self.trump = CARDS[self.stock[-1]][0]
        self.hands = [[self.stock.pop(0) for _ in range(3)] for _ in range(2)]
        self.score = [0, 0]
        self.seen = np.zeros(40, dtype=np.float32)
        self.leader, self.led = leader, None

    @property
    def to_play(self):
        return self.leader if self.led is None else 1 - self.leader

    @property
    def over(self):
        return not self.hands[0] and not self.hands[1]

    def observe(self):
        mine = np.zeros(40, dtype=np.float32)
        mine[self.hands[self.to_play]] = 1
        table = np.zeros(40, dtype=np.float32)
        if self.led is not None:
            table[self.led] = 1
        return np.concatenate([mine, table, self.seen, np.eye(4, dtype=np.float32)[self.trump]]), mine > 0

    def play(self, card):
        player = self.to_play
        self.hands[player].remove(card)
        self.seen[card] = 1
        if self.led is None:
            self.led = card
            return
        a, b = CARDS[self.led], CARDS[card]
        winner = player if beats(a, b, self.trump) else self.leader
        self.score[winner] += value(a) + value(b)
        self.leader, self.led = winner, None
        for p in (winner, 1 - winner):
            if self.stock:
                self.hands[p].append(self.stock.pop(0))
