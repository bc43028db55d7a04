import numpy as np


class SimUser:
    """Scrolls a feed until bored. Interest is a latent vector that wanders with what was clicked."""

    def __init__(self, n_items, dim=8, seed=0):
        shared = np.random.default_rng(1234)
        self.items = shared.normal(0, 1, (n_items, dim))
        self.rng = np.random.default_rng(seed)
        self.dim = dim

    def arrive(self):
        self.interest = self.rng.normal(0, 1, self.dim)
        self.patience = 30.0
        self.seen = set()

    def show(self, item):
        affinity = self.items[item] @ self.interest / np.sqrt(self.dim)
        p = 1 / (1 + np.exp(-affinity)) * (0.3 if item in self.seen else 1.0)
        click = float(self.rng.random() < p)
        self.seen.add(item)
        self.interest += 0.05 * click * self.items[item]
        self.patience += 1.0 * click - 1.5
        return click, self.patience <= 0
