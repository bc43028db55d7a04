import numpy as np


class Crossing:
    """Four-arm crossing with Poisson arrivals that never closes. Phases: 0 = NS green, 1 = EW green."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.queue = np.zeros(4)
        self.phase = 0
        self.yellow = 0
        self.clock = 0

    def loops(self):
        # induction loops only tell whether somebody stands on them
        return np.concatenate([(self.queue > 0), (self.queue > 6), [self.phase, self.yellow > 0]]).astype(np.float32)

    def tick(self, want):
        self.clock += 1
        rush = 1.0 + 0.8 * np.sin(2 * np.pi * self.clock / 7200)
        rates = np.array([0.18, 0.18, 0.12, 0.12]) * np.array([rush, rush, 2 - rush, 2 - rush])
        self.queue += self.rng.poisson(rates)
        if self.yellow:
            self.yellow -= 1
        elif want != self.phase:
            self.phase = want
            self.yellow = 3
        else:
            green = slice(0, 2) if self.phase == 0 else slice(2, 4)
            self.queue[green] = np.maximum(self.queue[green] - 0.5, 0)
        return self.queue.sum()
