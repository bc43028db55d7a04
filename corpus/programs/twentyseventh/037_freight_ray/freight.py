import numpy as np


class FreightLine:
    """Single track freight line with passing loops: hold, release, couple, reroute."""

    def __init__(self, seed, loops=4, horizon=500):
        self.rng = np.random.default_rng(seed)
        self.loops, self.horizon = loops, horizon

    def reset(self):
        self.t = 0
        self.waiting = self.rng.integers(0, 4, self.loops).astype(float)
        self.occupied = np.zeros(self.loops)
        return self._obs()

    def _obs(self):
        return np.concatenate([self.waiting / 10, self.occupied, [self.t / self.horizon]]).astype(np.float32)

    def step(self, a):
        self.waiting += self.rng.random(self.loops) < 0.15
        i = int(np.argmax(self.waiting))
        moved = 0
        if a == 1 and self.occupied[i] == 0:
            moved = min(1, self.waiting[i])
            self.occupied[i] = 1
        elif a == 2 and self.occupied[i] == 0:
            moved = min(2, self.waiting[i])
            self.occupied[i] = 1
        elif a == 3:
            self.waiting = np.roll(self.waiting, 1)
        self.waiting[i] -= moved
        self.occupied[self.rng.random(self.loops) < 0.25] = 0
        self.t += 1
        jam = self.waiting.sum() > 40
        return self._obs(), moved - 0.02 * self.waiting.sum() - 20 * jam, bool(jam or self.t >= self.horizon)
