import numpy as np


class Swarm:
    """Drones that look for warm spots in a forest. Drones with an empty battery are replaced in the air."""

    def __init__(self, n, seed):
        self.n = n
        self.rng = np.random.default_rng(seed)
        self.spots = self.rng.uniform(-10, 10, (6, 2))
        self.xy = np.zeros((n, 2))
        self.charge = self.rng.uniform(0.3, 1.0, n)

    def sense(self):
        d = np.linalg.norm(self.xy[:, None] - self.spots[None], axis=-1)
        warm = np.exp(-d.min(1) ** 2)
        return np.c_[warm, self.charge, self.xy / 10].astype(np.float32)

    def fly(self, push):
        self.xy = np.clip(self.xy + 0.3 * push, -10, 10)
        self.charge -= 0.004
        reward = self.sense()[:, 0].mean()
        empty = self.charge <= 0
        self.xy[empty] = 0
        self.charge[empty] = 1.0
        if self.rng.random() < 0.02:
            self.spots[self.rng.integers(6)] = self.rng.uniform(-10, 10, 2)
        return float(reward), empty
