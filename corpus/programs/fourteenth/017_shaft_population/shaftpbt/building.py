import random


class Building:
    """Two cars, twelve floors, one hour of traffic per episode. Actions are a move for each car."""

    def __init__(self, seed, floors=12, ticks=1200):
        self.rnd = random.Random(seed)
        self.floors, self.ticks = floors, ticks
        self.n_obs, self.n_act = floors + 4, 9

    def reset(self):
        self.t = 0
        self.cars = [0, self.floors - 1]
        self.riders = [[], []]
        self.waiting = [[] for _ in range(self.floors)]
        self.lobby_bias = self.rnd.random()
        return self.obs()

    def obs(self):
        lamps = [1.0 if w else 0.0 for w in self.waiting]
        return lamps + [c / self.floors for c in self.cars] + [len(r) / 8 for r in self.riders]

    def step(self, act):
        self.t += 1
        if self.rnd.random() < 0.25:
            src = 0 if self.rnd.random() < self.lobby_bias else self.rnd.randrange(self.floors)
            self.waiting[src].append(self.rnd.randrange(self.floors))
        delivered = 0
        for i, move in enumerate((act % 3 - 1, act // 3 - 1)):
            f = self.cars[i] = min(max(self.cars[i] + move, 0), self.floors - 1)
            if move == 0:
                delivered += sum(d == f for d in self.riders[i])
                self.riders[i] = [d for d in self.riders[i] if d != f]
                while self.waiting[f] and len(self.riders[i]) < 8:
                    self.riders[i].append(self.waiting[f].pop())
        r = delivered - 0.02 * sum(map(len, self.waiting)) - 0.01 * sum(map(len, self.riders))
        return self.obs(), r, self.t >= self.ticks
