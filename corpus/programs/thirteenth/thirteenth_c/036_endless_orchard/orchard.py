import numpy as np


class Orchard:
    """Endless gridworld: trees grow fruit, fruit rots, the picker walks. There is no terminal state."""

    ACTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0), (0, 0))

    def __init__(self, size=20, trees=30, seed=0):
        self.rng = np.random.default_rng(seed)
        self.size = size
        self.trees = self.rng.integers(0, size, (trees, 2))
        self.ripe = np.zeros(trees, dtype=bool)
        self.pos = np.array([size // 2, size // 2])

    def observe(self):
        view = np.zeros((2, 5, 5), dtype=np.float32)
        rel = self.trees - self.pos + 2
        for (dx, dy), ripe in zip(rel, self.ripe):
            if 0 <= dx < 5 and 0 <= dy < 5:
                view[0, dx, dy] = 1
                view[1, dx, dy] = ripe
        return view.ravel()

    def step(self, action):
        self.pos = np.clip(self.pos + self.ACTIONS[action], 0, self.size - 1)
        self.ripe |= self.rng.random(len(self.ripe)) < 0.004
        self.ripe &= self.rng.random(len(self.ripe)) > 0.001
        here = (self.trees == self.pos).all(axis=1) & self.ripe
        self.ripe[here] = False
        return self.observe(), float(here.sum())
