import numpy as np

SHAPES = [
    [(0, 0), (0, 1), (0, 2), (0, 3)],
    [(0, 0), (0, 1), (1, 0), (1, 1)],
    [(0, 0), (0, 1), (0, 2), (1, 1)],
    [(0, 0), (0, 1), (0, 2), (1, 0)],
    [(0, 0), (0, 1), (1, 1), (1, 2)],
]


class Tetris:
    """An action drops the piece in a column; the preview is hidden, so counting pieces helps."""

    def __init__(self, width=10, height=20, seed=0):
        self.w, self.h = width, height
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.board = np.zeros((self.h, self.w), dtype=np.float32)
        self.lines = 0
        self._next()
        return self._obs()

    @property
    def level(self):
        return self.lines // 10

    def _next(self):
        n = min(2 + self.level, len(SHAPES))
        self.kind = self.rng.randint(n)

    def _obs(self):
        heights = (self.board.any(0) * (self.h - self.board.argmax(0))) / self.h
        kind = np.eye(len(SHAPES))[self.kind]
        return np.concatenate([heights, kind]).astype(np.float32)

    def _fits(self, top, left):
        for dy, dx in SHAPES[self.kind]:
            y, x = top + dy, left + dx
            if y >= self.h or x >= self.w or self.board[y, x]:
                return False
        return True

    def step(self, col):
        left = min(col, self.w - 1 - max(dx for _, dx in SHAPES[self.kind]))
        if not self._fits(0, left):
            return self._obs(), -1.0, True, {"lines": self.lines}
        top = 0
        while self._fits(top + 1, left):
            top += 1
        for dy, dx in SHAPES[self.kind]:
            self.board[top + dy, left + dx] = 1
        full = self.board.all(1)
        cleared = int(full.sum())
        if cleared:
            rest = self.board[~full]
            self.board = np.concatenate([np.zeros((cleared, self.w), np.float32), rest])
            self.lines += cleared
        self._next()
        return self._obs(), float(cleared ** 2), False, {"lines": self.lines}
