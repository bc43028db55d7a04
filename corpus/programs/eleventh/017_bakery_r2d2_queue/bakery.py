import numpy as np


class Bakery:
    """Decide every ten minutes how many trays go into the oven; trays come out three ticks later."""

    obs_dim = 3
    n_actions = 4

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.tick = 0
        self.shelf = 5
        self.oven = [0, 0, 0]
        self.mood = self.rng.uniform(0.5, 2.5)
        return self._obs(0)

    def _obs(self, sold):
        return np.array([self.shelf / 10, sold / 5, self.tick / 300], dtype=np.float32)

    def step(self, trays):
        self.tick += 1
        self.shelf = min(20, self.shelf + self.oven.pop(0))
        self.oven.append(trays)
        if self.rng.random() < 0.02:
            self.mood = self.rng.uniform(0.5, 2.5)
        want = self.rng.poisson(self.mood)
        sold = min(want, self.shelf)
        self.shelf -= sold
        reward = 1.0 * sold - 0.3 * (want - sold) - 0.2 * trays - 0.03 * self.shelf
        return self._obs(sold), np.float32(reward), self.tick >= 300
