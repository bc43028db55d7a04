import math
import random
from collections import OrderedDict

from nets import TankNet


class Ladder:
    """Past selves with an Elo number. Every game has a seat of its own, filled from the ladder."""

    def __init__(self, n_seats, size=30, seed=2):
        self.past = OrderedDict()
        self.size, self.rng = size, random.Random(seed)
        self.seats = [TankNet().eval() for _ in range(n_seats)]
        self.who = [None] * n_seats
        self.elo_now = 1000.0

    def push(self, name, net):
        self.past[name] = [{k: t.detach().clone() for k, t in net.state_dict().items()}, self.elo_now]
        while len(self.past) > self.size:
            self.past.popitem(last=False)

    def _draw(self):
        names = list(self.past)
        return self.rng.choices(names, [math.exp(-abs(self.past[n][1] - self.elo_now) / 200) for n in names])[0]

    def fill(self, i):
        name = self._draw()
        self.seats[i].load_state_dict(self.past[name][0])
        self.who[i] = name

    def report(self, i, r):
        rec = self.past.get(self.who[i])
        if rec is None:
            return
        e = 1 / (1 + 10 ** ((rec[1] - self.elo_now) / 400))
        d = 8 * ((r + 1) / 2 - e)
        self.elo_now += d
        rec[1] -= d
