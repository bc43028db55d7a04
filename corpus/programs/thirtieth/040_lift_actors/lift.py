import numpy as np


class Lift:
    """One lift, eight floors. Only the button lamps are seen, not how many people wait."""

    FLOORS = 8

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.floor, self.t = 0, 0
        self.waiting = [[] for _ in range(self.FLOORS)]
        self.inside = []
        self.rush = self.rng.integers(3)
        return self._lamps()

    def _lamps(self):
        here = np.eye(self.FLOORS, dtype=np.float32)[self.floor]
        calls = np.array([bool(w) for w in self.waiting], dtype=np.float32)
        goals = np.zeros(self.FLOORS, dtype=np.float32)
        goals[self.inside] = 1.0
        return np.concatenate([here, calls, goals])

    def step(self, action):
        self.t += 1
        for _ in range(self.rng.poisson(0.25)):
            src = 0 if self.rush == 0 else int(self.rng.integers(self.FLOORS))
            dst = 0 if self.rush == 1 and src else int(self.rng.integers(self.FLOORS))
            if src != dst:
                self.waiting[src].append(dst)
        served = 0
        if action == 0:
            served = self.inside.count(self.floor)
            self.inside = [g for g in self.inside if g != self.floor]
            room = 6 - len(self.inside)
            self.inside += self.waiting[self.floor][:room]
            self.waiting[self.floor] = self.waiting[self.floor][room:]
        else:
            self.floor = int(np.clip(self.floor + (1 if action == 1 else -1), 0, self.FLOORS - 1))
        cost = 0.01 * (len(self.inside) + sum(map(len, self.waiting)))
        return self._lamps(), 0.5 * served - cost, self.t >= 240
