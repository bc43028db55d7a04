import numpy as np

SIZE = 6
DIRS = ((1, -1), (1, 1))


class Board:
    """Draughts on 6x6 without kings: men step or jump forward, no moves loses."""

    def __init__(self):
        self.cells = np.zeros((SIZE, SIZE), dtype=np.int8)
        for r in range(2):
            for c in range(SIZE):
                if (r + c) % 2:
                    self.cells[r, c] = 1
                    self.cells[SIZE - 1 - r, SIZE - 1 - c] = -1

    def flip(self):
        self.cells = -self.cells[::-1, ::-1].copy()

    def moves(self):
        steps, jumps = [], []
        for r, c in zip(*np.where(self.cells == 1)):
            for k, (dr, dc) in enumerate(DIRS):
                r1, c1, r2, c2 = r + dr, c + dc, r + 2 * dr, c + 2 * dc
                if 0 <= r1 < SIZE and 0 <= c1 < SIZE and self.cells[r1, c1] == 0:
                    steps.append((r * SIZE + c) * 2 + k)
                elif 0 <= r2 < SIZE and 0 <= c2 < SIZE and self.cells[r1, c1] == -1 and self.cells[r2, c2] == 0:
                    jumps.append((r * SIZE + c) * 2 + k)
        return jumps or steps

    def play(self, move):
        pos, k = divmod(int(move), 2)
        r, c = divmod(pos, SIZE)
        dr, dc = DIRS[k]
        self.cells[r, c] = 0
        if self.cells[r + dr, c + dc] == -1:
            self.cells[r + dr, c + dc] = 0
            dr, dc = 2 * dr, 2 * dc
        self.cells[r + dr, c + dc] = 1
