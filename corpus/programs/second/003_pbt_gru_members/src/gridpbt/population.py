import numpy as np

from .member import Hyper, Member


class Population:
    def __init__(self, size, seed=0, quantile=0.25):
        self.rng = np.random.default_rng(seed)
        self.quantile = quantile
        self.members = [
            Member(i, Hyper(lr=float(10 ** self.rng.uniform(-4, -2.5)), entropy=float(10 ** self.rng.uniform(-3, -1.5))))
            for i in range(size)
        ]

    def ranked(self):
        return sorted(self.members, key=lambda m: m.stats.score())

    def evolve(self):
        order = self.ranked()
        k = max(1, int(len(order) * self.quantile))
        events = []
        for loser in order[:k]:
            winner = order[-1 - int(self.rng.integers(k))]
            if winner.stats.score() > loser.stats.score():
                loser.exploit(winner, self.rng)
                events.append((loser.idx, winner.idx))
        return events
