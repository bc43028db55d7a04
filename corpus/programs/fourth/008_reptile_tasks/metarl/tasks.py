import numpy as np


class MazeTask:
    """A corridor with a hidden good door. Doors stay put for the whole task."""

    n_view, n_actions = 6, 3

    def __init__(self, rng):
        self.rng = rng
        self.good = rng.integers(4)
        self.at = rng.integers(4)

    def view(self):
        v = np.zeros(6, dtype=np.float32)
        v[self.at] = 1.0
        v[4:] = self.rng.normal(0, 0.1, 2)
        return v

    def act(self, a):
        if a < 2:
            self.at = int(np.clip(self.at + (1 if a else -1), 0, 3))
            return -0.02
        hit = self.at == self.good
        self.at = int(self.rng.integers(4))
        return 1.0 if hit else -0.3


def sample_tasks(n, seed):
    rng = np.random.default_rng(seed)
    return [MazeTask(np.random.default_rng(rng.integers(1 << 31))) for _ in range(n)]
