import numpy as np

ROWS, COLS = 6, 7


class IllegalDrop(Exception):
    def __init__(self, who):
        super().__init__("column is full")
        self.who = who


class Board:
    def __init__(self):
        self.grid = np.zeros((ROWS, COLS), dtype=int)
        self.moves = 0

    def drop(self, who, col):
        free = np.flatnonzero(self.grid[:, col] == 0)
        if len(free) == 0:
            raise IllegalDrop(who)
        self.grid[free[-1], col] = who + 1
        self.moves += 1

    def won(self, who):
        g = self.grid == who + 1
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
            for r in range(ROWS):
                for c in range(COLS):
                    cells = [(r + k * dr, c + k * dc) for k in range(4)]
                    if all(0 <= a < ROWS and 0 <= b < COLS and g[a, b] for a, b in cells):
                        return True
        return False

    def full(self):
        return self.moves == ROWS * COLS
