import random


class Crossing:
    """One intersection, four queues, two light phases."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.horizon = 600

    def reset(self):
        self.q = [0, 0, 0, 0]
        self.phase = 0
        self.t = 0
        self.rate = [self.rng.uniform(0.1, 0.4) for _ in range(4)]
        return self._obs()

    def _obs(self):
        return [min(x, 20) / 20.0 for x in self.q] + [float(self.phase)]

    def step(self, a):
        switched = a != self.phase
        self.phase = a
        for i in range(4):
            if self.rng.random() < self.rate[i]:
                self.q[i] += 1
        if not switched:
            for i in (0, 2) if self.phase == 0 else (1, 3):
                self.q[i] = max(0, self.q[i] - 1)
        self.t += 1
        return self._obs(), -sum(self.q) / 40.0, self.t >= self.horizon
