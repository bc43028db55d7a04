import numpy as np


class Connect4:
    ROWS, COLS = 6, 7

    def __init__(self):
        self.b = np.zeros((self.ROWS, self.COLS), int)
        self.turn = 1
        self.winner = None

    def view(self):
        hidden = self.b.copy()
        hidden[:2] = 0
        return np.concatenate([(hidden == self.turn).ravel(), (hidden == -self.turn).ravel()]).astype(np.float32)

    def legal(self):
        return [c for c in range(self.COLS) if self.b[0, c] == 0]

    def play(self, col):
        row = max(r for r in range(self.ROWS) if self.b[r, col] == 0)
        self.b[row, col] = self.turn
        if self._four(row, col):
            self.winner = self.turn
        elif not self.legal():
            self.winner = 0
        self.turn = -self.turn

    def _four(self, r, c):
        who = self.b[r, c]
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
            n = 1
            for s in (1, -1):
                y, x = r + s * dr, c + s * dc
                while 0 <= y < self.ROWS and 0 <= x < self.COLS and self.b[y, x] == who:
                    n, y, x = n + 1, y + s * dr, x + s * dc
            if n >= 4:
                return True
        return False
