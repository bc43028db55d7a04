import numpy as np


class PickingAisles:
    """N lift trucks, each in its own warehouse block. Orders arrive all the time, a shift is 480 ticks."""

    AISLES, LEVELS, SHIFT = 8, 4, 480
    n_obs, n_act = 7, 5  # left, right, up, down, grab

    def __init__(self, n, seed=0):
        self.n = n
        self.rng = np.random.default_rng(seed)
        self.aisle = np.zeros(n, int)
        self.mast = np.zeros(n, int)
        self.tick = np.zeros(n, int)
        self.order = np.zeros((n, 2), int)
        self.charge = np.ones(n)

    def reset(self):
        for i in range(self.n):
            self._begin(i)
        return self._look()

    def _begin(self, i):
        self.aisle[i], self.mast[i], self.tick[i], self.charge[i] = 0, 0, 0, 1.0
        self._new_order(i)

    def _new_order(self, i):
        self.order[i] = self.rng.integers(self.AISLES), self.rng.integers(self.LEVELS)
        self.shown_at = getattr(self, "shown_at", np.zeros(self.n, int))
        self.shown_at[i] = self.tick[i]

    def _look(self):
        # the order is on the terminal for three ticks only
        visible = (self.tick - self.shown_at < 3).astype(float)
        return np.stack([
            self.aisle / self.AISLES, self.mast / self.LEVELS, self.charge, self.tick / self.SHIFT,
            visible, visible * self.order[:, 0] / self.AISLES, visible * self.order[:, 1] / self.LEVELS,
        ], axis=1).astype(np.float32)

    def step(self, act):
        self.tick += 1
        self.aisle = np.clip(self.aisle - (act == 0) + (act == 1), 0, self.AISLES - 1)
        self.mast = np.clip(self.mast + (act == 2) - (act == 3), 0, self.LEVELS - 1)
        self.charge = np.clip(self.charge - 0.001 - 0.002 * (act == 2), 0, 1)
        hit = (act == 4) & (self.aisle == self.order[:, 0]) & (self.mast == self.order[:, 1])
        reward = np.where(hit, 1.0, -0.01) - 0.05 * ((act == 4) & ~hit)
        over = self.tick >= self.SHIFT
        for i in np.flatnonzero(hit & ~over):
            self._new_order(i)
        for i in np.flatnonzero(over):
            self._begin(i)
        return self._look(), reward.astype(np.float32), over
