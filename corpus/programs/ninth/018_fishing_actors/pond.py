import numpy as np


class Pond:
    """Where to cast the line: five spots, fish move slowly between them, only the own catch is seen."""

    SPOTS = 5

    def __init__(self, length=80, seed=None):
        self.length = length
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.fish = self.rng.dirichlet(np.ones(self.SPOTS)) * 10
        self.spot, self.t, self.caught = 0, 0, 0.0
        return self._obs()

    def _obs(self):
        x = np.zeros(self.SPOTS + 2, dtype=np.float32)
        x[self.spot] = 1
        x[-2] = self.caught
        x[-1] = self.t / self.length
        return x

    def step(self, spot):
        moved = spot != self.spot
        self.spot = spot
        self.caught = float(self.rng.random() < self.fish[spot] / 12)
        if self.caught:
            self.fish[spot] = max(0.0, self.fish[spot] - 1)
        drift = self.rng.dirichlet(np.ones(self.SPOTS))
        self.fish = 0.97 * self.fish + 0.3 * drift
        self.t += 1
        return self._obs(), self.caught - 0.1 * moved, self.t >= self.length
