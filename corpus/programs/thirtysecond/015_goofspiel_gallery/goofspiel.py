import random

CARDS = 13


def play_prizes():
    order = list(range(1, CARDS + 1))
    random.shuffle(order)
    return order


class Hand:
    def __init__(self):
        self.cards = [True] * CARDS
        self.points = 0

    def mask(self):
        return list(self.cards)

    def spend(self, i):
        assert self.cards[i]
        self.cards[i] = False
        return i + 1
