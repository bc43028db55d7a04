import math
import random


class Street:
    """Parking prices for one street over one day; drivers' patience drifts unseen."""

    PRICES = (0.5, 1.0, 2.0, 3.0, 4.0)

    def __init__(self, places=20, seed=None):
        self.places = places
        self.rnd = random.Random(seed)

    def reset(self):
        self.quarter = 0
        self.taken = 0
        self.patience = self.rnd.uniform(1.0, 3.0)
        return self._obs()

    def _obs(self):
        return [self.taken / self.places, math.sin(math.pi * self.quarter / 96), self.quarter / 96]

    def step(self, a):
        price = self.PRICES[a]
        self.patience = min(4.0, max(0.5, self.patience + self.rnd.gauss(0, 0.1)))
        demand = 6 * math.sin(math.pi * self.quarter / 96) + 1
        come = sum(self.rnd.random() < math.exp(-price / self.patience) for _ in range(int(demand)))
        leave = sum(self.rnd.random() < 0.15 for _ in range(self.taken))
        self.taken = max(0, min(self.places, self.taken - leave + come))
        self.quarter += 1
        full = self.taken == self.places
        return self._obs(), self.taken * price / 40 - 0.5 * full, self.quarter >= 96
