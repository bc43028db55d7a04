import numpy as np


class Tower:
    n_actions = 3

    def __init__(self, floors=8, ticks=200):
        self.floors, self.ticks = floors, ticks
        self.n_obs = floors * 2 + 2

    def restart(self, rng):
        self.rng = rng
        self.at, self.t = 0, 0
        self.waiting = [0] * self.floors
        self.aboard = []
        self.rush = rng.integers(2)
        return self.panel()

    def panel(self):
        o = np.zeros(self.n_obs, dtype=np.float32)
        o[self.at] = 1.0
        for f, w in enumerate(self.waiting):
            o[self.floors + f] = float(w > 0)
        o[-2] = len(self.aboard) / 6
        o[-1] = self.t / self.ticks
        return o

    def tick(self, a):
        self.t += 1
        if self.rng.random() < 0.3:
            src = 0 if (self.rush == 0 and self.rng.random() < 0.8) else int(self.rng.integers(self.floors))
            self.waiting[src] += 1
        served = 0
        if a == 2:
            served = sum(d == self.at for d in self.aboard)
            self.aboard = [d for d in self.aboard if d != self.at]
            while self.waiting[self.at] and len(self.aboard) < 6:
                self.waiting[self.at] -= 1
                self.aboard.append(0 if self.rush else int(self.rng.integers(1, self.floors)))
        else:
            self.at = int(np.clip(self.at + (1 if a == 1 else -1), 0, self.floors - 1))
        return self.panel(), served - 0.02 * (sum(self.waiting) + len(self.aboard)), self.t >= self.ticks
