import numpy as np

MOVES = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]


class PickerFloor:
    """One picker on a grid with shelves; orders keep arriving, a shift lasts `shift` ticks."""

    def __init__(self, size=8, shift=600, seed=None):
        self.size, self.shift = size, shift
        self.rng = np.random.RandomState(seed)

    @property
    def obs_size(self):
        return 4 + 9

    def reset(self):
        self.tick = 0
        self.pos = np.array([0, 0])
        self.blocked = self.rng.rand(self.size, self.size) < 0.15
        self.blocked[0, 0] = False
        self._new_order()
        return self._view()

    def _new_order(self):
        while True:
            self.goal = self.rng.randint(0, self.size, 2)
            if not self.blocked[tuple(self.goal)]:
                return

    def _view(self):
        near = np.ones((3, 3))
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                x, y = self.pos + (i, j)
                if 0 <= x < self.size and 0 <= y < self.size:
                    near[i + 1, j + 1] = self.blocked[x, y]
        return np.concatenate([self.pos / self.size, self.goal / self.size, near.ravel()]).astype(np.float32)

    def step(self, a):
        nxt = self.pos + MOVES[a]
        r = -0.01
        if (nxt < 0).any() or (nxt >= self.size).any() or self.blocked[tuple(nxt)]:
            r -= 0.05
        else:
            self.pos = nxt
        if (self.pos == self.goal).all():
            r += 1.0
            self._new_order()
        self.tick += 1
        return self._view(), r, self.tick >= self.shift
