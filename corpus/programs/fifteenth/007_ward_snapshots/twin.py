import numpy as np


class WardTwin:
    n_features = 4

    def __init__(self, n_wards=9, seed=0):
        self.n_wards = n_wards
        self.rng = np.random.default_rng(seed)
        self.beds = self.rng.integers(12, 30, n_wards)
        self.full = (self.beds * 0.7).astype(int)
        self.queue = 0
        self.hour = 0

    def observe(self):
        tod = 2 * np.pi * (self.hour % 24) / 24
        known = self.full + self.rng.integers(-1, 2, self.n_wards)
        col = np.ones(self.n_wards)
        return np.stack([known / self.beds, col * self.queue / 20, col * np.sin(tod), col * np.cos(tod)], 1)

    def emptiest(self):
        return int(np.argmin(self.full / self.beds))

    def advance(self, ward):
        self.hour += 1
        self.queue += self.rng.poisson(3.0 if 8 <= self.hour % 24 <= 20 else 1.0)
        free = self.beds[ward] - self.full[ward]
        moved = int(min(free, self.queue, 6))
        self.full[ward] += moved
        self.queue -= moved
        self.full -= self.rng.binomial(self.full, 0.012)
        return {"waiting": float(self.queue), "moved": moved, "overflow": int(self.queue > 25)}
