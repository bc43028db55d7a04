import numpy as np

DIRS = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Tron:
    """Two light cycles; each sees only the 7 x 7 cells around itself, turned to its heading."""

    def __init__(self, size=16, seed=None):
        self.size = size
        self.rng = np.random.default_rng(seed)

    def start(self):
        n = self.size + 6
        self.grid = np.ones((n, n), np.float32)
        self.grid[3:-3, 3:-3] = 0
        y = self.rng.integers(5, n - 5, 2)
        self.at = [(int(y[0]), 5), (int(y[1]), n - 6)]
        self.dir = [0, 2]
        for p in self.at:
            self.grid[p] = 1
        return self.sight(0), self.sight(1)

    def sight(self, i):
        y, x = self.at[i]
        patch = self.grid[y - 3:y + 4, x - 3:x + 4]
        return np.rot90(patch, self.dir[i]).copy().ravel()

    def move(self, turns):
        dead = []
        for i, turn in enumerate(turns):
            self.dir[i] = (self.dir[i] + turn - 1) % 4
            dy, dx = DIRS[self.dir[i]]
            self.at[i] = (self.at[i][0] + dy, self.at[i][1] + dx)
        for i in range(2):
            dead.append(bool(self.grid[self.at[i]]) or self.at[0] == self.at[1])
        if not any(dead):
            for p in self.at:
                self.grid[p] = 1
        return dead
