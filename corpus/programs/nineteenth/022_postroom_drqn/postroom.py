import numpy as np


class Postroom:
    """Parcels come off a chute in runs per district. The sorter sees only a noisy weight and stamp colour."""

    def __init__(self, districts=5, n=300, seed=None):
        self.d, self.n = districts, n
        self.rng = np.random.default_rng(seed)
        self.colour = np.linspace(-1, 1, districts)

    def new_shift(self):
        self.i = 0
        self.district = int(self.rng.integers(self.d))
        self.last = 0.0
        return self._feel()

    def _feel(self):
        return np.array([self.colour[self.district] + 0.8 * self.rng.normal(), self.rng.normal(), self.last], dtype=np.float32)

    def sort(self, bag):
        reward = 1.0 if bag == self.district else -0.25
        self.last = reward
        if self.rng.random() < 0.1:
            self.district = int(self.rng.integers(self.d))
        self.i += 1
        return self._feel(), reward, self.i >= self.n
