import numpy as np


class Crossing:
    """A four-arm crossing that simply goes on, with rush hours."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.queue = np.zeros(4)
        self.clock = 0
        self.phase = 0
        self.yellow = 0

    def sensors(self):
        occupied = (self.queue > 0).astype(np.float32)
        return np.concatenate([occupied, [float(self.phase), float(self.yellow > 0)]]).astype(np.float32)

    def tick(self, wish):
        self.clock += 1
        rush = 0.15 + 0.1 * np.sin(2 * np.pi * self.clock / 3600)
        self.queue += self.rng.random(4) < rush * np.array([1.0, 0.6, 1.0, 0.6])
        if self.yellow > 0:
            self.yellow -= 1
        elif wish != self.phase:
            self.phase, self.yellow = wish, 3
        else:
            arms = [0, 2] if self.phase == 0 else [1, 3]
            self.queue[arms] = np.maximum(0, self.queue[arms] - 1)
        self.queue = np.minimum(self.queue, 60)
        return self.queue.sum()
