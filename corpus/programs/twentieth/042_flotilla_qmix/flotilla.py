import numpy as np


class Flotilla:
    """Survey boats cover a bay together, each sees only its own surroundings."""

    n_actions = 5

    def __init__(self, n_boats=5, size=12, limit=60, seed=0):
        self.n, self.size, self.limit = n_boats, size, limit
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 9 + 2
        self.state_dim = size * size + 2 * n_boats

    def reset(self):
        self.seen = np.zeros((self.size, self.size), dtype=np.float32)
        self.pos = self.rng.integers(0, self.size, (self.n, 2))
        self.t = 0

    def obs(self):
        pad = np.pad(self.seen, 1, constant_values=1.0)
        return np.stack([np.concatenate([pad[r:r + 3, c:c + 3].ravel(), [r / self.size, c / self.size]])
                         for r, c in self.pos]).astype(np.float32)

    def state(self):
        return np.concatenate([self.seen.ravel(), self.pos.ravel() / self.size]).astype(np.float32)

    def step(self, acts):
        moves = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
        self.pos = np.clip(self.pos + moves[acts], 0, self.size - 1)
        before = self.seen.sum()
        self.seen[self.pos[:, 0], self.pos[:, 1]] = 1.0
        self.t += 1
        return float(self.seen.sum() - before) / self.n, self.t >= self.limit
