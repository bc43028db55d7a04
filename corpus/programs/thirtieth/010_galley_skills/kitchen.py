import numpy as np


class Kitchen:
    """Stations on a line: board, stove, plate, hatch. Orders come as a sequence of stations."""

    N = 4

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.at = 0
        self.order = list(self.rng.permutation(self.N))
        self.progress = 0.0
        self.t = 0
        return self._obs(True)

    def _obs(self, show=False):
        v = np.zeros(2 * self.N + 2, np.float32)
        v[self.at] = 1
        if show and self.order:
            v[self.N + self.order[0]] = 1
        v[-2], v[-1] = self.progress, self.t / 400
        return v

    def step(self, a):
        r, fresh = -0.01, False
        if a in (0, 1):
            self.at = int(np.clip(self.at + (1 if a else -1), 0, self.N - 1))
        elif self.order and self.at == self.order[0]:
            self.progress += 0.25
            if self.progress >= 1:
                self.order.pop(0)
                self.progress, r, fresh = 0.0, 1.0, True
        self.t += 1
        return self._obs(fresh), r, not self.order or self.t >= 400
