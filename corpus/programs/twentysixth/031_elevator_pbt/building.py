import numpy as np


class Building:
    """A building that never closes: passengers keep arriving, cars keep moving."""

    def __init__(self, floors=12, cars=2, rate=0.35, seed=0):
        self.floors = floors
        self.cars = cars
        self.rate = rate
        self.rng = np.random.default_rng(seed)
        self.pos = self.rng.integers(0, floors, size=cars)
        self.queue = np.zeros(floors, dtype=np.int64)
        self.inside = [[] for _ in range(cars)]
        self.clock = 0

    @property
    def obs_dim(self):
        return self.floors + 2 * self.cars + 2

    def observe(self):
        load = [len(p) / 8.0 for p in self.inside]
        day = 2 * np.pi * (self.clock % 1440) / 1440
        return np.concatenate([
            np.minimum(self.queue, 10) / 10.0,
            self.pos / self.floors,
            load,
            [np.sin(day), np.cos(day)],
        ]).astype(np.float32)

    def step(self, moves):
        self.clock += 1
        if self.rng.random() < self.rate:
            f = 0 if self.rng.random() < 0.5 else self.rng.integers(1, self.floors)
            self.queue[f] += 1
        for c, m in enumerate(moves):
            if m == 2:
                f = self.pos[c]
                self.inside[c] = [d for d in self.inside[c] if d != f]
                room = 8 - len(self.inside[c])
                n = min(room, self.queue[f])
                self.queue[f] -= n
                self.inside[c] += list(self.rng.integers(0, self.floors, size=n))
            else:
                self.pos[c] = np.clip(self.pos[c] + (1 if m == 1 else -1), 0, self.floors - 1)
        waiting = self.queue.sum() + 0.5 * sum(len(p) for p in self.inside)
        return self.observe(), -0.05 * float(waiting)
