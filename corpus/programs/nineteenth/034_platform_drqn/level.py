import numpy as np


class Level:
    """A side-scroller. Sees three tiles ahead. Actions: wait, walk, hop, long jump."""

    def __init__(self, length=60, rng=None):
        self.length = length
        self.rng = rng or np.random.default_rng()

    def reset(self):
        self.tiles = (self.rng.random(self.length + 8) > 0.2).astype(np.float32)
        self.tiles[:3] = self.tiles[self.length:] = 1
        for i in range(3, self.length):
            if self.tiles[i - 3:i].sum() == 1:
                self.tiles[i] = 1
        self.saw_phase = self.rng.integers(0, 6)
        self.x = self.t = 0
        return self._view()

    def _saw(self, x):
        return x % 11 == 7 and (self.t + self.saw_phase) % 6 < 3

    def _view(self):
        ahead = self.tiles[self.x + 1:self.x + 4]
        saw = [float(self._saw(self.x + k)) for k in (1, 2)]
        return np.array([*ahead, *saw], np.float32)

    def step(self, a):
        self.t += 1
        self.x += a
        if self.x >= self.length:
            return self._view_end(), 5.0, True
        dead = self.tiles[self.x] == 0 or self._saw(self.x)
        return (self._view_end() if dead else self._view()), (-2.0 if dead else 0.1 * a - 0.02), dead or self.t > 300

    def _view_end(self):
        return np.zeros(5, np.float32)
